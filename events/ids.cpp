#include "events/ids.hpp"

#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <stdexcept>

namespace hansom {

std::string to_string(const Uuid& uuid) { return boost::uuids::to_string(uuid); }

std::optional<Uuid> parse_uuid(std::string_view text) {
  // The library also takes braces and missing dashes; the wire has one form only.
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
      text[23] != '-') {
    return std::nullopt;
  }
  try {
    return boost::uuids::string_generator()(text.begin(), text.end());
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

}  // namespace hansom
