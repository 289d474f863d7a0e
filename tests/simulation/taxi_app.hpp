#pragma once

#include "tests/simulation/app.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hansom::simulation {

/// A driver's or a customer's app of the taxi protocol. It knows the `seq` of the last push that it
/// has, and asks for what came since whenever it connects.
class TaxiApp final : public App {
 public:
  TaxiApp(World& world, const Manners& manners, AccountId account, Side side);
  void check_all_is_told() const override;

  void opened(Position) override {}
  void heard(const Frame& frame, bool in_burst) override;
  void ended() override { line_.reset(); }

 private:
  void do_something() override;
  void connect();
  void resync();
  void take_push(std::uint64_t seq, const std::string& frame);
  void apply(std::uint64_t seq, const std::string& frame);
  void take_snapshot(const std::string& frame);
  void take_error(const net::Json& json, const std::string& frame);
  void act_as_driver();
  void act_as_customer();
  void send(const std::string& type, const std::string& more = {});
  void send_nonsense();
  void book();
  void send_booking();
  void ask_for(const std::string& booking);
  void cancel();
  void check_cancelled(BookingId id, Position from, const Answer& answer) const;
  void list();
  std::string some_booking() const;
  const Truth::Stream& told() const { return world_.truth.told(account_, side_); }

  std::shared_ptr<Line> line_;
  std::uint64_t last_seq_;
  std::size_t applied_ = 0;  // of what must be told

  // What was asked for on this line by `resync`, with where the log stood then.
  struct Ask {
    std::optional<BookingId> booking;
    Position from;
  };
  const Booking* answer_to(const Ask& ask, Position at) const;
  std::deque<Ask> asks_;
  std::uint64_t told_here_ = 0;  // the last `seq`

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

}  // namespace hansom::simulation
