// Frames of the campus protocol, as both sides read them.

#include "net/dialects/campus/parse.hpp"
#include "tests/fuzz/frames.hpp"

#include <string>

namespace hansom::fuzz {
namespace {

/// Of which side a command is, and what PROTOCOL.md (Campus) says of its fields.
struct Check {
  Side side;
  std::string_view frame;

  void is_of(Side wanted) const { must(side == wanted, "each side has its own messages"); }
  void names(const std::string& ride_id) const { must_be_text(ride_id, "a ride id is a text"); }
  void is_place(const Place& place) const {
    must_be_on_earth(place.at);
    must_be_text(place.address, 0, 512, "an address has at most 512 characters");
  }

  void operator()(const Misspeak& misspeak) const {
    must_be_misspeak(misspeak,
                     {RefusalCode::invalid_json, RefusalCode::invalid_payload,
                      RefusalCode::unknown_message_type},
                     frame);
    must(!misspeak.booking_id, "campus knows no bookings");
  }
  void operator()(const RequestOpenRide& command) const {
    is_of(Side::passenger);
    is_place(command.pickup);
    is_place(command.drop_off);
  }
  void operator()(const CancelOpenRide& command) const {
    is_of(Side::passenger);
    names(command.ride_id);
  }
  void operator()(const AcceptOpenOffer& command) const {
    is_of(Side::campus_driver);
    names(command.ride_id);
  }
  void operator()(const CompleteOpenRide& command) const {
    is_of(Side::campus_driver);
    names(command.ride_id);
  }
  void operator()(const SendRideMessage& command) const {
    must_be_text(command.text, 1, 1'000, "a chat message has 1 to 1000 code points");
  }
  template <typename Other>
  void operator()(const Other&) const {
    must(false, "a frame becomes a command of the campus protocol");
  }
};

void check(Side side, std::string_view frame) {
  const auto command = net::campus::parse_frame(side, frame);
  std::visit(Check{side, frame}, command);
  if (!std::holds_alternative<Misspeak>(command)) must_be_text(frame, "a frame is UTF-8");
  must_not_mind_blanks(
      frame, [&](std::string_view text) { return net::campus::parse_frame(side, text).index(); });
}

}  // namespace
}  // namespace hansom::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = hansom::fuzz::text_of(data, size);
  hansom::fuzz::check(hansom::Side::campus_driver, frame);
  hansom::fuzz::check(hansom::Side::passenger, frame);
  return 0;
}
