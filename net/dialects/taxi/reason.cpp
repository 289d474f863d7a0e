#include "net/dialects/taxi/reason.hpp"

#include "net/dialects/json_reader.hpp"

namespace hansom::net::taxi {

std::optional<GivenReason> read_reason(const Json& json) {
  constexpr const char* template_id = "cancellation_template_id";
  constexpr const char* description = "cancellation_description";
  if (is_absent(json, template_id) == is_absent(json, description)) return std::nullopt;
  if (is_absent(json, description)) {
    auto id = string_member(json, template_id);
    return id ? std::optional(GivenReason{std::move(id)}) : std::nullopt;
  }
  auto text = string_member(json, description);
  if (!text || !has_code_points(*text, 1, reason_code_points_max)) return std::nullopt;
  return GivenReason{std::nullopt, std::move(*text)};
}

}  // namespace hansom::net::taxi
