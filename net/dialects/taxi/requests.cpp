#include "net/dialects/taxi/requests.hpp"

#include "events/event_schema.hpp"
#include "net/dialects/countries.hpp"
#include "net/dialects/json_reader.hpp"

#include <algorithm>

namespace hansom::net::taxi {
namespace {

// The ranges of PROTOCOL.md (Bookings; Rooms). Lengths are in Unicode code points.
constexpr int passengers_max = 8;
constexpr std::size_t note_max = 512;
// Not in the documents: room for any real name, and none for abuse.
constexpr std::size_t account_field_max = 256;
constexpr std::size_t phone_digits_max = 15;  // ITU-T E.164
constexpr std::size_t username_max = 64;

using Object = rapidjson::Value;

std::unexpected<Refusal> invalid(const std::string& field) {
  return std::unexpected(
      Refusal{RefusalCode::invalid_payload, "'" + field + "' is missing or not valid."});
}

std::expected<rapidjson::Document, Refusal> read_body(std::string_view body) {
  auto json = read_json(body);
  if (!json) {
    return std::unexpected(Refusal{RefusalCode::invalid_json, "The body is not valid JSON."});
  }
  if (!json->IsObject()) {
    return std::unexpected(Refusal{RefusalCode::invalid_payload, "The body is not a JSON object."});
  }
  return std::move(*json);
}

bool has_length(std::string_view text, std::size_t min, std::size_t max) {
  const auto length = count_code_points(text);
  return length && *length >= min && *length <= max;
}

/// A place's five members, which share a prefix (`pickup_`, `drop_off_`).
std::expected<Place, Refusal> read_place(const Object& json, const std::string& prefix) {
  const auto text = [&](const char* name) { return string_member(json, (prefix + name).c_str()); };
  auto title = text("location_title");
  if (!title) return invalid(prefix + "location_title");
  auto address = text("location_address");
  if (!address) return invalid(prefix + "location_address");
  auto map_id = text("map_id");
  if (!map_id) return invalid(prefix + "map_id");
  const auto latitude = number_member(json, (prefix + "latitude").c_str(), -90, 90);
  if (!latitude) return invalid(prefix + "latitude");
  const auto longitude = number_member(json, (prefix + "longitude").c_str(), -180, 180);
  if (!longitude) return invalid(prefix + "longitude");
  return Place{std::move(*title), std::move(*address), std::move(*map_id), {*latitude, *longitude}};
}

std::optional<std::vector<Role>> read_roles(const Object& json) {
  const auto member = json.FindMember("roles");
  if (member == json.MemberEnd() || !member->value.IsArray() || member->value.Empty()) {
    return std::nullopt;
  }
  std::vector<Role> roles;
  for (const auto& element : member->value.GetArray()) {
    if (!element.IsString()) return std::nullopt;
    const auto role = enum_named<Role>({element.GetString(), element.GetStringLength()});
    if (!role) return std::nullopt;
    if (std::find(roles.begin(), roles.end(), *role) == roles.end()) roles.push_back(*role);
  }
  return roles;
}

/// One `@` with something on both sides, and neither white space nor control characters.
bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool is_phone(std::string_view text) {
  return !text.empty() && text.size() <= phone_digits_max &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_username(std::string_view text) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view rest = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !text.empty() && text.size() <= username_max &&
         first.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of(rest) == std::string_view::npos;
}

}  // namespace

std::expected<RequestBooking, Refusal> read_booking_request(std::string_view body,
                                                            Identity customer) {
  const auto json = read_body(body);
  if (!json) return std::unexpected(json.error());

  RequestBooking request;
  request.customer = std::move(customer);
  auto pickup = read_place(*json, "pickup_");
  if (!pickup) return std::unexpected(pickup.error());
  request.pickup = std::move(*pickup);

  const auto passengers = int_member(*json, "no_of_passengers", 1, passengers_max);
  if (!passengers) return invalid("no_of_passengers");
  request.no_of_passengers = *passengers;

  auto note = nullable_string_member(*json, "note");
  if (!note || (*note && !has_length(**note, 0, note_max))) return invalid("note");
  request.note = std::move(*note);

  if (!is_absent(*json, "scheduled_date")) {
    return std::unexpected(
        Refusal{RefusalCode::invalid_payload, "This server takes no scheduled bookings."});
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

std::expected<RegisterAccount, Refusal> read_account(std::string_view body) {
  const auto json = read_body(body);
  if (!json) return std::unexpected(json.error());

  AccountRegistered account;
  auto email = string_member(*json, "email");
  if (!email || !has_length(*email, 3, account_field_max) || !is_email(*email)) {
    return invalid("email");
  }
  account.email = std::move(*email);
  auto name = string_member(*json, "name");
  if (!name || !has_length(*name, 1, account_field_max)) return invalid("name");
  account.name = std::move(*name);
  auto roles = read_roles(*json);
  if (!roles) return invalid("roles");
  account.roles = std::move(*roles);
  auto phone = string_member(*json, "phone");
  if (!phone || !is_phone(*phone)) return invalid("phone");
  account.phone = std::move(*phone);
  auto country = string_member(*json, "phone_code");
  if (!country || !find_country(*country)) return invalid("phone_code");
  account.country = std::move(*country);

  struct Optional {
    const char* name;
    std::optional<std::string>& value;
  };
  for (auto& [field, value] :
       {Optional{"username", account.username}, Optional{"avatar", account.avatar},
        Optional{"vehicle_number", account.vehicle_number},
        Optional{"driver_code", account.driver_code}}) {
    auto text = nullable_string_member(*json, field);
    if (!text || (*text && !has_length(**text, 1, account_field_max))) return invalid(field);
    value = std::move(*text);
  }
  if (account.username && !is_username(*account.username)) return invalid("username");
  return RegisterAccount{std::move(account)};
}

}  // namespace hansom::net::taxi
