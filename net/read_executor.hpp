#pragma once

#include "net/socket.hpp"

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/require.hpp>

#include <utility>

namespace hansom::net {

/// Calls what handles a read: from the call that begins it where Beast has the bytes already, else
/// as the net thread comes to it. So the messages that one read of the connection has brought are
/// heard together, and answered together; there are few enough that others need not wait for long.
/// (Asio would take a turn of the thread's queue for each message.)
class ReadExecutor {
 public:
  /// `is_beginning`: whether that call is under way.
  ReadExecutor(Socket::executor_type thread, const bool& is_beginning)
      : thread_(thread), is_beginning_(&is_beginning) {}

  template <typename Function>
  void execute(Function&& function) const {
    if (is_posted_ && !*is_beginning_) {
      thread_.execute(std::forward<Function>(function));
    } else {
      std::forward<Function>(function)();
    }
  }
  ReadExecutor require(boost::asio::execution::blocking_t::never_t never) const {
    auto posting = *this;
    posting.thread_ = boost::asio::require(thread_, never);
    posting.is_posted_ = true;
    return posting;
  }
  boost::asio::execution_context& query(boost::asio::execution::context_t) const {
    return thread_.context();
  }
  bool operator==(const ReadExecutor&) const = default;

 private:
  Socket::executor_type thread_;
  const bool* is_beginning_;
  bool is_posted_ = false;
};

}  // namespace hansom::net
