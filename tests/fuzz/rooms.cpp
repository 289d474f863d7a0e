// Frames of the rooms protocol.

#include "net/dialects/rooms/parse.hpp"
#include "tests/fuzz/frames.hpp"

#include <string>

namespace hansom::fuzz {
namespace {

/// What PROTOCOL.md (Rooms) says of a command's fields.
struct Check {
  std::string_view frame;

  void names(const std::string& message_id) const {
    must_be_text(message_id, "a message id is a text");
  }
  void says(const std::string& text) const {
    must_be_text(text, 1, 500, "a message has 1 to 500 code points");
    must(text.find_first_not_of(" \t\r\n\v\f") != text.npos, "a message is not blank");
  }

  void operator()(const Misspeak& misspeak) const {
    must_be_misspeak(
        misspeak,
        {RefusalCode::invalid_json, RefusalCode::invalid_payload, RefusalCode::unknown_message_type,
         RefusalCode::message_empty, RefusalCode::message_too_long},
        frame);
    must(!misspeak.booking_id, "rooms know no bookings");
  }
  void operator()(const SendRoomMessage& command) const { says(command.text); }
  void operator()(const EditRoomMessage& command) const {
    names(command.message_id);
    says(command.text);
  }
  void operator()(const DeleteRoomMessage& command) const { names(command.message_id); }
  template <typename Other>
  void operator()(const Other&) const {
    must(false, "a frame becomes a command of the rooms protocol");
  }
};

}  // namespace
}  // namespace hansom::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hansom;
  const auto frame = fuzz::text_of(data, size);
  const auto command = net::rooms::parse_frame(frame);
  std::visit(fuzz::Check{frame}, command);
  if (!std::holds_alternative<Misspeak>(command)) fuzz::must_be_text(frame, "a frame is UTF-8");
  fuzz::must_not_mind_blanks(
      frame, [](std::string_view text) { return net::rooms::parse_frame(text).index(); });
  return 0;
}
