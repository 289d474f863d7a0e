#include "net/dialects/rooms/requests.hpp"

#include "net/dialects/json_object.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/slug.hpp"

namespace hansom::net::rooms {
namespace {

constexpr std::size_t name_code_points_max = 256;  // not in the documents

}  // namespace

std::expected<OpenRoom, Refusal> read_room(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());
  auto name = string_member(*json, "name");
  if (!name || !has_code_points(*name, 1, name_code_points_max)) return invalid("name");
  auto slug = nullable_string_member(*json, "slug");
  if (!slug || (*slug && !is_slug(**slug))) return invalid("slug");
  auto chosen = *slug ? std::move(**slug) : slug_of(*name);
  if (chosen.empty()) {
    return refuse(RefusalCode::invalid_payload,
                  "A 'slug' is needed: none can be made of the name.");
  }
  return OpenRoom{{}, std::move(*name), std::move(chosen)};
}

std::expected<std::string, Refusal> read_username(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());
  auto username = string_member(*json, "username");
  if (!username) return invalid("username");
  return std::move(*username);
}

}  // namespace hansom::net::rooms
