// Frames of the taxi protocol, as both sides read them.

#include "net/dialects/taxi/parse.hpp"
#include "tests/fuzz/frames.hpp"

#include <optional>
#include <string>

namespace hansom::fuzz {
namespace {

constexpr std::uint64_t position_max = (1ull << 53) - 1;

/// Of which side a command is, and what PROTOCOL.md (Taxi) says of its fields.
struct Check {
  Side side;
  std::string_view frame;

  void is_of(Side wanted) const { must(side == wanted, "each side has its own messages"); }
  void names(const std::string& booking_id) const {
    must_be_text(booking_id, "a booking id is a text");
  }

  void operator()(const Misspeak& misspeak) const {
    must_be_misspeak(misspeak,
                     {RefusalCode::invalid_json, RefusalCode::invalid_payload,
                      RefusalCode::unknown_message_type},
                     frame);
  }
  void operator()(const SubmitArrivalTime& command) const {
    is_of(Side::driver);
    names(command.booking_id);
    must(command.arrival_time_s >= 1 && command.arrival_time_s <= 86'400,
         "an arrival time is 1 to 86400 s");
  }
  void operator()(const AcceptScheduledBooking& command) const {
    is_of(Side::driver);
    names(command.booking_id);
  }
  void operator()(const DeclineOffer& command) const {
    is_of(Side::driver);
    names(command.booking_id);
    if (command.reason.template_id) {
      must_be_text(*command.reason.template_id, "a template id is a text");
      must(command.reason.description.empty(), "a reason is a template or words");
    } else {
      must_be_text(command.reason.description, 1, 512, "a reason has 1 to 512 characters");
    }
  }
  void operator()(const CompleteRide& command) const {
    is_of(Side::driver);
    names(command.booking_id);
  }
  void operator()(const UpdateLocation& command) const {
    is_of(Side::driver);
    must_be_on_earth(command.position);
  }
  void operator()(const AcceptOffer& command) const {
    is_of(Side::customer);
    names(command.booking_id);
  }
  void operator()(const RejectBooking& command) const {
    is_of(Side::customer);
    names(command.booking_id);
  }
  void operator()(const SendChatMessage& command) const {
    names(command.booking_id);
    must_be_text(command.text, 1, 1'000, "a chat message has 1 to 1000 code points");
  }
  void operator()(const Resync& command) const {
    if (command.booking_id) names(*command.booking_id);
    must(!command.since || command.since->value <= position_max, "a position is exact everywhere");
  }
  template <typename Other>
  void operator()(const Other&) const {
    must(false, "a frame becomes a command of the taxi protocol");
  }
};

void check(Side side, std::string_view frame) {
  const auto command = net::taxi::parse_frame(side, frame);
  if (command) {
    std::visit(Check{side, frame}, *command);
    if (!std::holds_alternative<Misspeak>(*command)) must_be_text(frame, "a frame is UTF-8");
  } else {
    must(frame.find("ping") != frame.npos || frame.find("\\u") != frame.npos,
         "only a ping is no command");
  }
  must_not_mind_blanks(frame, [&](std::string_view text) {
    const auto parsed = net::taxi::parse_frame(side, text);
    return parsed ? std::optional(parsed->index()) : std::nullopt;
  });
}

}  // namespace
}  // namespace hansom::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = hansom::fuzz::text_of(data, size);
  hansom::fuzz::check(hansom::Side::driver, frame);
  hansom::fuzz::check(hansom::Side::customer, frame);
  return 0;
}
