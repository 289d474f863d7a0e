#include "net/dialects/account_requests.hpp"

#include "events/event_schema.hpp"
#include "net/dialects/countries.hpp"
#include "net/dialects/json_object.hpp"
#include "net/dialects/json_reader.hpp"
#include "net/dialects/slug.hpp"

#include <algorithm>

namespace hansom::net {
namespace {

// Not in the documents: room for any real name, and none for abuse. Lengths are in code points.
constexpr std::size_t account_field_max = 256;
constexpr std::size_t phone_digits_max = 15;  // ITU-T E.164

using Object = Json;

std::optional<std::vector<Role>> read_roles(const Object& value) {
  if (!value.IsArray() || value.Empty()) return std::nullopt;
  std::vector<Role> roles;
  for (const auto& element : value.GetArray()) {
    if (!element.IsString()) return std::nullopt;
    const auto role = enum_named<Role>({element.GetString(), element.GetStringLength()});
    if (!role) return std::nullopt;
    if (std::find(roles.begin(), roles.end(), *role) == roles.end()) roles.push_back(*role);
  }
  return roles;
}

/// One `@` with something on both sides, and neither white space nor control characters.
bool is_email(std::string_view text) {
  if (!has_code_points(text, 3, account_field_max)) return false;
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

bool is_name(std::string_view text) { return has_code_points(text, 1, account_field_max); }

bool is_country(std::string_view text) { return find_country(text) != nullptr; }

/// Reads the fields of an account that are there into `changes`; names one that is wrong.
class AccountReader {
 public:
  AccountReader(const Object& json, AccountChanges& changes) : json_(json) {
    read("email", changes.email, is_email);
    read("name", changes.name, is_name);
    if (const auto* value = member("roles")) {
      changes.roles = read_roles(*value);
      if (!changes.roles) complain("roles");
    }
    read("phone", changes.phone, is_phone);
    read("phone_code", changes.country, is_country);
    read_nullable("username", changes.username, is_slug);
    read_nullable("avatar", changes.avatar, is_name);
    read_nullable("vehicle_number", changes.vehicle_number, is_name);
    read_nullable("driver_code", changes.driver_code, is_name);
    if (const auto* value = member("status")) {
      if (value->IsString()) {
        changes.status = enum_named<AccountStatus>({value->GetString(), value->GetStringLength()});
      }
      if (!changes.status) complain("status");
    }
  }

  const std::optional<std::string>& wrong() const { return wrong_; }

 private:
  using Check = bool (*)(std::string_view);

  const Object* member(const char* name) const {
    const auto found = json_.FindMember(name);
    return found == json_.MemberEnd() ? nullptr : &found->value;
  }
  void complain(const char* name) {
    if (!wrong_) wrong_ = name;
  }
  void read(const char* name, std::optional<std::string>& field, Check check) {
    if (!member(name)) return;
    field = string_member(json_, name);
    if (!field || !check(*field)) complain(name);
  }
  void read_nullable(const char* name, std::optional<std::optional<std::string>>& field,
                     Check check) {
    if (!member(name)) return;
    field = nullable_string_member(json_, name);
    if (!field || (*field && !check(**field))) complain(name);
  }

  const Object& json_;
  std::optional<std::string> wrong_;
};

std::expected<AccountChanges, Refusal> read_account_fields(const Object& json) {
  AccountChanges changes;
  const AccountReader reader(json, changes);
  if (reader.wrong()) return invalid(*reader.wrong());
  return changes;
}

}  // namespace

std::expected<RegisterAccount, Refusal> read_account(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());
  auto fields = read_account_fields(*json);
  if (!fields) return std::unexpected(fields.error());
  if (!fields->email) return invalid("email");
  if (!fields->name) return invalid("name");
  if (!fields->roles) return invalid("roles");
  if (!fields->phone) return invalid("phone");
  if (!fields->country) return invalid("phone_code");
  AccountRegistered account;
  account.email = std::move(*fields->email);
  account.name = std::move(*fields->name);
  account.roles = std::move(*fields->roles);
  account.phone = std::move(*fields->phone);
  account.country = std::move(*fields->country);
  account.username = fields->username.value_or(std::nullopt);
  account.avatar = fields->avatar.value_or(std::nullopt);
  account.vehicle_number = fields->vehicle_number.value_or(std::nullopt);
  account.driver_code = fields->driver_code.value_or(std::nullopt);
  return RegisterAccount{std::move(account)};
}

std::expected<AccountChanges, Refusal> read_account_changes(std::string_view body) {
  const auto json = read_object(body, "body");
  if (!json) return std::unexpected(json.error());
  return read_account_fields(*json);
}

}  // namespace hansom::net
