// The pushes of declines, rejections, cancels and scheduled rides, as documented; those of an
// instant ride are in taxi_render_test.cpp.

#include "net/dialects/wire_renderer.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/told.hpp"

#include <catch2/catch.hpp>

namespace hansom::net::taxi {
namespace {

const WireRenderer renderer;
const BookingId id{uuid(1)};
const StatedReason reason{std::nullopt, "flat tyre"};

Events planned() { return {scheduled_by(alice, noon + 2h), assigned_to(bob)}; }
Events confirmed() {
  return {scheduled_by(alice, noon + 2h), assigned_to(bob), ScheduledBookingAccepted{}};
}

std::string head(const std::string& type) {
  return R"({"type":")" + type + R"(","booking_id":")" + to_string(id) + "\",";
}

}  // namespace

TEST_CASE("who declines hears whether somebody else is asked, and nobody else hears", "[taxi]") {
  for (const bool reassigned : {true, false}) {
    const auto told = told_after(assigned(), OfferDeclined{bob, reason, reassigned});
    CHECK(told.to_driver() == head("decline_accepted") + R"("reassigned":)" +
                                  (reassigned ? "true" : "false") + R"(,"seq":43})");
    CHECK(told.pushes.size() == 1);
  }
}

TEST_CASE("a withdrawn offer is told to nobody", "[taxi]") {
  CHECK(told_after(assigned(), OfferWithdrawn{bob}).pushes.empty());
}

TEST_CASE("a rejection is told to both", "[taxi]") {
  const auto told = told_after(assigned(), BookingRejected{{alice, bob}});
  CHECK(told.pushes.size() == 2);
  CHECK(keys_of(json_in(told.to_customer())) ==
        "type booking_id status driver_name driver_phone driver_phone_code vehicle_number "
        "driver_code chat_history seq");
  CHECK(told.to_customer().starts_with(head("reject_accepted") + R"("status":"cancelled",)"));
  // Who had not confirmed stays unknown.
  CHECK(json_in(told.to_customer())["driver_name"].IsNull());
  CHECK(keys_of(json_in(told.to_driver())) ==
        "type booking_id status note customer_name customer_phone customer_phone_code "
        "chat_history seq");
  CHECK(told.to_driver().starts_with(head("customer_rejected") + R"("status":"cancelled",)"));
}

TEST_CASE("a customer who rejects a confirmed booking is shown who would have come", "[taxi]") {
  const auto told = told_after(confirmed(), BookingRejected{{alice, bob}});
  CHECK(string_member(json_in(told.to_customer()), "driver_name") == "bob");
}

TEST_CASE("a ride that its customer ended is told to the driver alone", "[taxi]") {
  const auto told = told_after(on_the_way(), RideCancelledByCustomer{{alice, bob}});
  CHECK(told.pushes.size() == 1);
  CHECK(told.to_driver() == head("booking_cancelled_by_customer") +
                                R"("status":"cancelled","chat_history":[],"seq":45})");
}

TEST_CASE("a ride that its driver ended is told to the customer alone, with the reason", "[taxi]") {
  const auto told = told_after(on_the_way(), RideCancelledByDriver{{alice, bob}, reason});
  CHECK(told.pushes.size() == 1);
  CHECK(told.to_customer() ==
        head("driver_cancelled") +
            R"("status":"cancelled","reason":"flat tyre","reason_code":"DRIVER_CANCELLED",)"
            R"("chat_history":[],"seq":45})");
}

TEST_CASE("a no-show is told to the customer, and to the driver who was asked", "[taxi]") {
  const auto told = told_after(planned(), cancelled_as_no_show(bob));
  CHECK(told.pushes.size() == 2);
  for (const auto& push : told.pushes) {
    const auto json = json_in(*push.frame);
    CHECK(string_member(json, "reason_code") == "SCHEDULED_DRIVER_NO_SHOW");
    CHECK(string_member(json, "status") == "cancelled");
  }
}

TEST_CASE("an assignment of a scheduled booking has the pickup time as its date", "[taxi]") {
  const auto json = json_in(Told(planned()).to_driver());
  CHECK(string_member(json, "booking_type") == "scheduled");
  CHECK(string_member(json, "date") == "2026-05-12T12:30:00.000Z");
}

TEST_CASE("a scheduled booking that a driver took is told to both, as documented", "[taxi]") {
  const Told told(confirmed());
  CHECK(told.pushes.size() == 2);
  CHECK(told.to_driver() == head("accept_accepted") + R"("chat_history":[],"seq":43})");
  CHECK(keys_of(json_in(told.to_customer())) ==
        "type booking_id booking_status scheduled_date no_of_passengers driver_name driver_phone "
        "driver_phone_code vehicle_number driver_code pickup_location dropoff_location "
        "chat_history seq");
  CHECK(told.to_customer().starts_with(
      head("booking_confirmed") +
      R"("booking_status":"confirmation","scheduled_date":"2026-05-12T12:30:00.000Z",)"));
}

TEST_CASE("a scheduled ride starts with the pushes of an offer that the timer accepted", "[taxi]") {
  const auto told = told_after(confirmed(), ScheduledRideStarted{});
  CHECK(told.pushes.size() == 2);
  CHECK(told.to_customer() == head("offer_auto_accepted") +
                                  R"("booking_status":"on_the_way","chat_history":[],"seq":44})");
  const auto json = json_in(told.to_driver());
  CHECK(string_member(json, "type") == "customer_accepted");
  CHECK(json["auto_promoted"].GetBool());
}

TEST_CASE("what ends a ride carries the whole chat", "[taxi]") {
  auto events = on_the_way();
  for (int i = 0; i < 101; ++i) events.push_back(ChatMessageSent{Party::customer, "hi"});
  const auto entries = [](const std::string& frame) {
    return json_in(frame)["chat_history"].Size();
  };
  CHECK(entries(told_after(events, RideCancelledByCustomer{{alice, bob}}).to_driver()) == 101);
  CHECK(entries(told_after(events, RideCancelledByDriver{{alice, bob}, reason}).to_customer()) ==
        101);
}

TEST_CASE("who is disconnected is told why", "[taxi]") {
  CHECK(*renderer.force_disconnect(Side::driver, "Account blocked.") ==
        R"({"type":"force_disconnect","reason":"Account blocked."})");
}

}  // namespace hansom::net::taxi
