#pragma once

#include "events/event_log.hpp"
#include "net/api.hpp"
#include "net/dialects/wire_renderer.hpp"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace hansom {
class RocksDbLog;
}

namespace hansom::net {

/// Answers what the admin asks about the past: one question after the other, on a thread of its own
/// that reads the log as another process would (`hansom-replay`), so that the engine goes on
/// meanwhile. Nothing is told that is not durable.
class LogReader {
 public:
  /// `live` must outlive it: the log in the folder, as the engine writes it.
  LogReader(const EventLog& live, std::filesystem::path data_dir, std::string public_url);
  ~LogReader();

  using Then = std::function<void(HttpResponse)>;

  /// Has a question answered, from any thread; `then` is called on the reader's. False, and `then`
  /// is not called, when too many questions wait or the reader has stopped.
  bool ask(Question question, Then then);

  /// Finishes the answer that is under way; what waits is refused as busy, and nothing more taken.
  void stop();

 private:
  struct Asked {
    Question question;
    Then then;
  };

  void work();
  HttpResponse answer(const Question& question);
  HttpResponse tell(const StoryOfBooking& wanted, Position end);
  HttpResponse list(const NewestBookings& wanted, Position end);
  LogResult catch_up();
  HttpResponse unreadable(const LogError& error);

  const EventLog& live_;
  const std::filesystem::path data_dir_;
  const WireRenderer renderer_;
  std::unique_ptr<RocksDbLog> follower_;  // of the reader's thread; open while questions come
  Position followed_from_;                // the log's end when that was opened
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Asked> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hansom::net
