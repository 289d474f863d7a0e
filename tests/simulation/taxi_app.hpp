#pragma once

#include "tests/simulation/app.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace hansom::simulation {

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
  /// What was in progress before a list was asked for, and what was on it so far.
  struct Listing {
    std::set<std::string> expected;
    std::set<std::string> listed;
  };
  void list();
  void list(Listing so_far, const std::string& before);
  std::set<std::string> in_progress() const;
  std::string some_booking() const;
  const Truth::Stream& told() const { return world_.truth.told(account_, side_); }

  std::shared_ptr<Line> line_;
  std::uint64_t last_seq_;
  std::size_t applied_ = 0;  // of what must be told

  // Between connecting and the snapshot.
  bool catches_up_ = false;
  std::size_t snapshots_before_ = 0;  // that are too old to be shown
  bool is_shown_again_ = false;       // some of it, and the rest is to follow
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

}  // namespace hansom::simulation
