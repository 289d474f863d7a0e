#pragma once

#include "tests/simulation/app.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace hansom::simulation {

/// Where a socket stands in what it must be told.
class Cursor {
 public:
  Cursor(const Truth::Stream& told) : told_(told), from_(told.size()), opened_(told.size()) {}

  /// Whether this is the next that must be told. The first may be any since the socket was asked
  /// for, but none later than the first after it was admitted.
  bool take(const Frame& frame);
  /// What was shown to who comes may also be the first that had to be told.
  void may_have_taken(const Frame& frame);
  /// The socket is open: what follows on this position must be told.
  void open(Position admitted) {
    opened_ = std::ranges::upper_bound(told_, admitted, {}, &Truth::News::of) - told_.begin();
  }
  bool is_at_end() const {
    return next_.value_or(opened_) == told_.size() || (!next_ && may_be_next_ == told_.size());
  }

 private:
  std::optional<std::size_t> find_first(const Frame& frame) const;
  bool is(std::size_t at, const Frame& frame) const {
    return at < told_.size() && *told_[at].frame == *frame;
  }

  const Truth::Stream& told_;
  std::size_t from_;
  std::size_t opened_;
  std::optional<std::size_t> next_;
  std::optional<std::size_t> may_be_next_;
};

/// Sockets of an account on a side of the campus protocol, or in a room, of which there may be
/// several.
class ManySockets : public App {
 public:
  using App::App;
  ~ManySockets() override = default;

  void opened(Position) override {}
  void heard(const Frame&, bool) override {}
  void ended() override {}
  void check_all_is_told() const override;

 protected:
  class Socket final : public Listener {
   public:
    Socket(ManySockets& owner, const Truth::Stream& told, Position asked_at)
        : cursor(told), asked(asked_at), owner_(owner) {}
    void opened(Position at) override {
      is_open = true;
      admitted = at;
      cursor.open(at);
    }
    void heard(const Frame& frame, bool in_burst) override { owner_.heard(*this, frame, in_burst); }
    void ended() override { line.reset(); }

    std::shared_ptr<Line> line;
    bool is_open = false;
    bool heard_any = false;
    Cursor cursor;
    const Position asked;  // where the log stood then
    Position admitted;
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
