// What people do with a taxi app.

#include "tests/simulation/taxi_app.hpp"

#include <vector>

namespace hansom::simulation {

void TaxiApp::send(const std::string& type, const std::string& more) {
  if (line_) world_.send(line_, R"({"type":")" + type + '"' + more + '}');
}

void TaxiApp::send_nonsense() {
  auto& chance = world_.chance;
  static const std::vector<std::string> frames = {
      "",
      "{",
      "[]",
      R"({"type":7})",
      R"({"type":"fly"})",
      R"({"type":"ping"})",
      R"({"type":"accept"})",
      R"({"type":"submit_arrival_time","booking_id":"x","arrival_time":-1})",
      R"({"type":"resync","since":-1})",
      R"({"type":"resync","booking_id":"no-such"})",
      "\xff\xfe",
  };
  switch (chance.below(4)) {
    case 0:
      return world_.send(line_, chance.pick(frames), chance.in(0.8));
    case 1:
      // A resync in the middle, of any booking that there is.
      return ask_for(some_booking());
    default:
      static const std::vector<std::string> types = {"accept", "reject", "mark_as_completed",
                                                     "accept_booking", "submit_arrival_time"};
      return send(chance.pick(types), R"(,"booking_id":)" + quoted(some_booking()) +
                                          R"(,"arrival_time":60,"status":"completed")");
  }
}

/// Anybody's.
std::string TaxiApp::some_booking() const {
  const auto all = world_.truth.state().bookings.all();
  if (all.empty()) return recent_.empty() ? "none" : recent_.back();
  return to_string(all[world_.chance.below(all.size())]->id);
}

void TaxiApp::act_as_driver() {
  auto& chance = world_.chance;
  if (recent_.empty() || chance.in(0.2)) {
    return send("location_update", R"(,"latitude":)" + std::to_string(-33 - chance.roll()) +
                                       R"(,"longitude":)" + std::to_string(151 + chance.roll()));
  }
  const auto& id = chance.pick(recent_);
  const auto booking = R"(,"booking_id":)" + quoted(id);
  const auto& last = bookings_[id];
  if (last == "booking_assigned") {
    switch (chance.below(8)) {
      case 0:
        return send("decline_booking", booking + R"(,"cancellation_description":"no time")");
      case 1:
        return;  // until it is too late
      case 2:
      case 3:
        return send("accept_booking", booking);
      default:
        return send("submit_arrival_time", booking + R"(,"arrival_time":300)");
    }
  }
  switch (chance.below(6)) {
    case 0:
    case 1:
      return send("mark_as_completed", booking + R"(,"status":"completed")");
    case 2:
      return cancel();
    default:
      return send("chat_message", booking + R"(,"text":)" + words("on my way"));
  }
}

void TaxiApp::act_as_customer() {
  auto& chance = world_.chance;
  if (wish_ || bookings_.empty() || chance.in(0.15)) return book();
  if (recent_.empty()) return;
  const auto& id = chance.pick(recent_);
  const auto booking = R"(,"booking_id":)" + quoted(id);
  const auto& last = bookings_[id];
  if (last == "arrival_time_offered") {
    switch (chance.below(6)) {
      case 0:
        return send("reject", booking);
      case 1:
      case 2:
        return;  // it is accepted by itself
      default:
        return send("accept", booking);
    }
  }
  switch (chance.below(8)) {
    case 0:
      return cancel();
    case 1:
      return send("reject", booking);
    case 2:
      return send("accept", booking);
    default:
      return send("chat_message", booking + R"(,"text":"where are you )" +
                                      std::to_string(chance.below(1000)) + '"');
  }
}

void TaxiApp::ask_for(const std::string& booking) {
  if (const auto id = BookingId::parse(booking)) asks_.push_back({id, now_at()});
  send("resync", R"(,"booking_id":)" + quoted(booking));
}

void TaxiApp::cancel() {
  const auto id = world_.chance.pick(recent_);
  const auto target = std::string("/api/mobile/") +
                      (side_ == Side::driver ? "driver" : "customer") + "/booking/" + id +
                      "/cancel";
  request("POST", target,
          side_ == Side::driver ? R"({"cancellation_description":"a flat tyre"})" : "",
          [this, id, from = now_at()](const std::optional<Answer>& answer) {
            if (answer) check_cancelled(*BookingId::parse(id), from, *answer);
          });
}

/// What is said to be cancelled is so for good, and what is not could not be at some point.
void TaxiApp::check_cancelled(BookingId id, Position from, const Answer& answer) const {
  const auto& history = world_.truth.history();
  if (answer.status == 200) {
    const auto* booking = history.booking(id, now_at());
    if (!booking || booking->status != BookingStatus::cancelled) {
      fail("a booking is said to be cancelled that is not", *answer.body);
    }
  }
  if (answer.status != 404 && answer.status != 409) return;
  const bool was_so = history.once(from, [&](Position at) {
    const auto* booking = history.booking(id, at);
    const auto parties = booking ? parties_of(*booking) : Parties{};
    const bool is_own =
        booking &&
        account_ == (side_ == Side::driver ? parties.driver : std::optional(parties.customer));
    return answer.status == 404 ? !is_own : is_own && booking->status != BookingStatus::on_the_way;
  });
  if (!was_so) fail("could have been cancelled", *answer.body);
}

/// The list is what it was at some point since it was asked for.
void TaxiApp::list() {
  const auto side = side_ == Side::driver ? "driver" : "customer";
  request("GET", std::string("/api/mobile/") + side + "/bookings?limit=5", "",
          [this, from = now_at()](const std::optional<Answer>& answer) {
            if (!answer || answer->status != 200) return;
            const auto& history = world_.truth.history();
            const bool was_so = history.once(from, [&](Position at) {
              auto all = history.bookings(account_, side_, at);
              const bool has_more = all.size() > 5;
              if (has_more) all.resize(5);
              const auto next_before = has_more ? std::optional(all.back().id) : std::nullopt;
              return same_data(*answer->body,
                               world_.renderer().bookings(side_, all, next_before, noon));
            });
            if (!was_so) fail("the list is wrong", *answer->body);
          });
}

/// Asks for a booking, again and again with the same key until it is answered.
void TaxiApp::book() {
  if (wish_) return;
  std::string scheduled = "null";
  if (world_.chance.in(0.25)) {
    scheduled = quoted(to_iso(world_.now() + world_.between(5s, 40s), Fraction::milliseconds));
  }
  wish_ = Wish{to_string(account_) + "-" + std::to_string(++last_key_),
               R"({"pickup_location_title":"Home","pickup_location_address":"12 King St",)"
               R"("pickup_map_id":"m","pickup_latitude":-33.8688,"pickup_longitude":151.2093,)"
               R"("no_of_passengers":2,"note":null,"scheduled_date":)" +
                   scheduled +
                   R"(,"drop_offs":[{"drop_off_location_title":"Airport",)"
                   R"("drop_off_location_address":"Sydney Airport","drop_off_map_id":"a",)"
                   R"("drop_off_latitude":-33.9399,"drop_off_longitude":151.1753}]})"};
  send_booking();
}

void TaxiApp::send_booking() {
  ++wish_->attempts;
  Request request{"POST", "/api/mobile/customer/booking/request", world_.token_of(account_),
                  wish_->body, wish_->key};
  world_.request(std::move(request), [this, key = wish_->key](const std::optional<Answer>& answer) {
    if (answer && answer->status == 201) {
      const auto json = parsed(*answer->body);
      const auto id = member(json["data"], "booking_id");
      const auto booking = BookingId::parse(id);
      if (!booking || !world_.truth.concerns(*booking, account_)) {
        fail("a booking was promised that is not in the log", *answer->body);
      }
      const auto& before = booked_.try_emplace(key, id).first->second;
      if (before != id) fail("a key gave another booking", *answer->body);
      bookings_[id];
      remember(recent_, id);
    }
    if (!wish_ || wish_->key != key) return;
    const bool is_settled = answer && answer->status != 503;
    // Now and then it is asked once more though it was answered.
    if ((is_settled && world_.chance.in(0.8)) || wish_->attempts > 8) {
      wish_.reset();
      return;
    }
    world_.after(world_.between(100ms, 2s), [this] {
      if (wish_) send_booking();
    });
  });
}

}  // namespace hansom::simulation
