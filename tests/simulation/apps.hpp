#pragma once

#include "net/dialects/json_reader.hpp"
#include "tests/simulation/world.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hansom::simulation {

/// How people behave.
struct Manners {
  double nonsense = 0;   ///< how often something else is sent than makes sense, of 1
  double drops = 0;      ///< how often a connection is lost
  bool is_idle = false;  ///< nothing is begun any more, only connections are mended
};

/// What all apps share: they do something now and then, and speak to the world.
class App : public Listener {
 public:
  App(World& world, const Manners& manners, AccountId account, Side side)
      : world_(world), manners_(manners), account_(account), side_(side) {}

  /// Begins to live.
  void begin() { tick(); }
  /// Throws `Violation` where, after some quiet time, something is missing.
  virtual void check_all_is_told() const = 0;

 protected:
  virtual void do_something() = 0;

  void tick();
  std::string words(const char* what);
  void request(std::string method, std::string target, std::string body, Heard heard);
  [[noreturn]] void fail(const std::string& what, const std::string& frame = {}) const;

  World& world_;
  const Manners& manners_;
  const AccountId account_;
  const Side side_;
};

/// A driver's or a customer's app of the taxi protocol. It knows the `seq` of the last push that it
/// has, and asks for what came since whenever it connects.
class TaxiApp final : public App {
 public:
  TaxiApp(World& world, const Manners& manners, AccountId account, Side side);
  void check_all_is_told() const override;

  void opened() override {}
  void heard(const Frame& frame, bool in_burst) override;
  void ended() override { line_.reset(); }

 private:
  void do_something() override;
  void connect();
  void resync();
  void take_push(std::uint64_t seq, const std::string& frame);
  void apply(std::uint64_t seq, const std::string& frame);
  void take_snapshot(const net::Json& json, const std::string& frame);
  void check_is_own(const net::Json& object, const std::string& frame) const;
  void act_as_driver();
  void act_as_customer();
  void send(const std::string& type, const std::string& more = {});
  void send_nonsense();
  void book();
  void send_booking();
  void cancel();
  void list();
  std::string some_booking() const;
  const Truth::Stream& told() const { return world_.truth.told(account_, side_); }

  std::shared_ptr<Line> line_;
  std::uint64_t last_seq_;
  std::size_t applied_ = 0;  // of what must be told

  // Between connecting and the snapshot.
  bool catches_up_ = false;
  bool is_shown_again_ = false;  // some of it, and the rest is to follow
  std::map<std::uint64_t, std::string> gathered_;
  std::uint64_t gathered_last_ = 0;
  int descents_left_ = 0;

  std::map<std::string, std::string> bookings_;  // and the last that was told of them
  std::deque<std::string> recent_;

  struct Wish {
    std::string key;
    std::string body;
    int attempts = 0;
  };
  std::optional<Wish> wish_;                   // a booking that was asked for and not answered
  std::map<std::string, std::string> booked_;  // by key
  unsigned last_key_ = 0;
};

/// Where a socket stands in what it must be told.
class Cursor {
 public:
  Cursor(const Truth::Stream& told) : told_(told), from_(told.size()) {}

  /// Whether this is the next that must be told. The first may be any since the socket was asked
  /// for.
  bool take(const Frame& frame);
  /// What was shown to who comes may also be the first that had to be told.
  void may_have_taken(const Frame& frame);
  /// The socket is open: what comes from now on must be told.
  void open() { opened_ = told_.size(); }
  bool is_at_end() const {
    return next_.value_or(opened_) == told_.size() || (!next_ && may_be_next_ == told_.size());
  }

 private:
  const Truth::Stream& told_;
  std::size_t from_;
  std::size_t opened_ = 0;
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

class CampusApp final : public ManySockets {
 public:
  using ManySockets::heard;
  using ManySockets::ManySockets;

 private:
  void heard(Socket& socket, const Frame& frame, bool in_burst) override;
  void use(Socket& socket) override;
  const Truth::Stream& told() const override { return world_.truth.told(account_, side_); }
  std::string target() const override {
    return (side_ == Side::passenger ? "/passenger/" : "/driver/") + to_string(account_);
  }
  std::string ride() const;

  std::deque<std::string> rides_;  // the latest that it knows of
};

class RoomApp final : public ManySockets {
 public:
  RoomApp(World& world, const Manners& manners, AccountId account, const RoomId& room)
      : ManySockets(world, manners, account, Side::participant), room_(room) {}
  using ManySockets::heard;

 private:
  void heard(Socket& socket, const Frame& frame, bool in_burst) override;
  void use(Socket& socket) override;
  const Truth::Stream& told() const override { return world_.truth.told_in(room_); }
  std::string target() const override { return "/ws/chat/alice/general"; }
  void look_back();

  const RoomId room_;
  std::deque<std::string> messages_;
};

}  // namespace hansom::simulation
