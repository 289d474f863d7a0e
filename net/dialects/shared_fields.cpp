#include "net/dialects/shared_fields.hpp"

#include "net/dialects/json_reader.hpp"

namespace hansom::net {
namespace {

constexpr std::size_t chat_text_code_points_max = 1'000;

}  // namespace

std::expected<Coordinates, std::string> read_coordinates(const Json& object,
                                                         const std::string& prefix) {
  const auto latitude = number_member(object, (prefix + "latitude").c_str(), -90, 90);
  if (!latitude) return std::unexpected(prefix + "latitude");
  const auto longitude = number_member(object, (prefix + "longitude").c_str(), -180, 180);
  if (!longitude) return std::unexpected(prefix + "longitude");
  return Coordinates{*latitude, *longitude};
}

std::optional<std::string> read_chat_text(const Json& object, const char* name) {
  auto text = string_member(object, name);
  if (!text || !has_code_points(*text, 1, chat_text_code_points_max)) return std::nullopt;
  return text;
}

}  // namespace hansom::net
