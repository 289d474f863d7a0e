#pragma once

#include "tests/simulation/app.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace hansom::simulation {

/// Where a socket stands in what it must be told.
class Cursor {
 public:
  Cursor(const Truth::Stream& told) : told_(told), from_(told.size()) {}

  /// Whether this is the next that must be told. The first may be any since the socket was asked
  /// for, but none that has others before it since it was open.
  bool take(const Frame& frame);
  /// What was shown to who comes may also be the first that had to be told.
  void may_have_taken(const Frame& frame);
  /// The socket is open: what comes from now on must be told.
  void open() { opened_ = told_.size(); }
  bool is_at_end() const {
    return next_.value_or(*opened_) == told_.size() || (!next_ && may_be_next_ == told_.size());
  }

 private:
  const Truth::Stream& told_;
  std::size_t from_;
  std::optional<std::size_t> opened_;
  std::optional<std::size_t> next_;
  std::optional<std::size_t> may_be_next_;
};

/// Sockets of an account on a side of the campus protocol, or in a room, of which there may be
/// several.
class ManySockets : public App {
 public:
  using App::App;
  ~ManySockets() override = default;

  void opened() override {}
  void heard(const Frame&, bool) override {}
  void ended() override {}
  void check_all_is_told() const override;

 protected:
  class Socket final : public Listener {
   public:
    Socket(ManySockets& owner, const Truth::Stream& told) : cursor(told), owner_(owner) {}
    void opened() override {
      is_open = true;
      cursor.open();
    }
    void heard(const Frame& frame, bool in_burst) override { owner_.heard(*this, frame, in_burst); }
    void ended() override { line.reset(); }

    std::shared_ptr<Line> line;
    bool is_open = false;
    bool heard_any = false;
    Cursor cursor;
    std::set<std::string> shown;  // requests

   private:
    ManySockets& owner_;
  };

  void do_something() override;
  virtual void heard(Socket& socket, const Frame& frame, bool in_burst) = 0;
  virtual void use(Socket& socket) = 0;
  virtual const Truth::Stream& told() const = 0;
  virtual std::string target() const = 0;

  std::deque<std::unique_ptr<Socket>> sockets_;
};

}  // namespace hansom::simulation
