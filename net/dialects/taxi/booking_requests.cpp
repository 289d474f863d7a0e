#include "net/dialects/taxi/booking_requests.hpp"

#include "events/digest.hpp"
#include "net/dialects/json_object.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/shared_fields.hpp"
#include "net/dialects/taxi/reason.hpp"

#include <algorithm>

namespace hansom::net::taxi {
namespace {

// The ranges of PROTOCOL.md (Bookings). Lengths are in Unicode code points.
constexpr int passengers_max = 8;
constexpr std::size_t note_max = 512;
// Not in the documents.
constexpr std::size_t idempotency_key_max = 255;
constexpr std::size_t device_field_max = 256;

/// A place's five members, which share a prefix (`pickup_`, `drop_off_`).
std::expected<Place, Refusal> read_place(const Json& json, const std::string& prefix) {
  const auto text = [&](const char* name) { return string_member(json, (prefix + name).c_str()); };
  auto title = text("location_title");
  if (!title) return invalid(prefix + "location_title");
  auto address = text("location_address");
  if (!address) return invalid(prefix + "location_address");
  auto map_id = text("map_id");
  if (!map_id) return invalid(prefix + "map_id");
  const auto at = read_coordinates(json, prefix);
  if (!at) return invalid(at.error());
  return Place{std::move(*title), std::move(*address), std::move(*map_id), *at};
}

}  // namespace

std::expected<RequestBooking, Refusal> read_booking_request(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());

  RequestBooking request;
  auto pickup = read_place(*json, "pickup_");
  if (!pickup) return std::unexpected(pickup.error());
  request.pickup = std::move(*pickup);

  const auto passengers = int_member(*json, "no_of_passengers", 1, passengers_max);
  if (!passengers) return invalid("no_of_passengers");
  request.no_of_passengers = *passengers;

  auto note = nullable_string_member(*json, "note");
  if (!note || (*note && !has_code_points(**note, 0, note_max))) return invalid("note");
  request.note = std::move(*note);

  if (!is_absent(*json, "scheduled_date")) {
    const auto text = string_member(*json, "scheduled_date");
    if (text) request.scheduled_for = parse_iso(*text);
    if (!request.scheduled_for) return invalid("scheduled_date");
  }

  const auto drop_offs = json->FindMember("drop_offs");
  if (drop_offs == json->MemberEnd() || !drop_offs->value.IsArray() || drop_offs->value.Empty()) {
    return invalid("drop_offs");
  }
  for (const auto& element : drop_offs->value.GetArray()) {
    if (!element.IsObject()) return invalid("drop_offs");
    auto place = read_place(element, "drop_off_");
    if (!place) return std::unexpected(place.error());
    request.drop_offs.push_back(std::move(*place));
  }
  return request;
}

std::expected<GivenReason, Refusal> read_cancellation(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());
  auto reason = read_reason(*json);
  if (!reason) return invalid(std::string(reason_fields));
  return std::move(*reason);
}

std::expected<std::string, Refusal> read_template(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());
  auto text = string_member(*json, "text");
  if (!text || !has_code_points(*text, 1, reason_code_points_max)) return invalid("text");
  return std::move(*text);
}

std::expected<IdempotencyKey, Refusal> read_idempotency_key(std::string_view key,
                                                            std::string_view body) {
  const bool is_visible =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
  if (key.empty() || key.size() > idempotency_key_max || !is_visible) {
    return invalid("Idempotency-Key");
  }
  return IdempotencyKey{std::string(key), to_hex(sha256({body}))};
}

std::optional<DeviceSeen> read_device(std::string_view id, std::string_view model) {
  const auto fits = [](std::string_view text) {
    return has_code_points(text, 1, device_field_max);
  };
  if (!fits(id)) return std::nullopt;
  return DeviceSeen{std::string(id),
                    fits(model) ? std::optional<std::string>(model) : std::nullopt};
}

}  // namespace hansom::net::taxi
