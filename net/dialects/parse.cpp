#include "net/dialects/parse.hpp"

#include "net/dialects/campus/parse.hpp"
#include "net/dialects/misspeak.hpp"
#include "net/dialects/rooms/parse.hpp"
#include "net/dialects/taxi/parse.hpp"

namespace hansom::net {

std::optional<Command> parse_frame(Side side, std::string_view frame) {
  switch (side) {
    case Side::driver:
    case Side::customer:
      return taxi::parse_frame(side, frame);
    case Side::campus_driver:
    case Side::passenger:
      return campus::parse_frame(side, frame);
    case Side::participant:
      return rooms::parse_frame(frame);
  }
  return std::nullopt;
}

Command binary_frame() {
  return misspeak({RefusalCode::invalid_json, "Binary frames are not part of the protocol."});
}

}  // namespace hansom::net
