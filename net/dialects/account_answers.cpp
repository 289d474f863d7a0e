// What HTTP requests about accounts are answered, and what all are.

#include "events/event_schema.hpp"
#include "net/dialects/envelope.hpp"
#include "net/dialects/taxi/fields.hpp"
#include "net/dialects/wire_renderer.hpp"

namespace hansom::net {
namespace {

/// What admin and account see alike, but for the `phone_code`, which `write_phone_code` writes.
template <typename WritePhoneCode>
void write_account(JsonWriter& json, const Account& account, WritePhoneCode write_phone_code) {
  json.field("id", account.id);
  json.field("email", account.email);
  json.field("name", account.name);
  json.array("roles", [&] {
    for (const auto role : account.roles) json.element(name_of(role));
  });
  json.field("phone", account.phone);
  write_phone_code();
  json.field("username", account.username);
  json.field("avatar", account.avatar);
  json.field("vehicle_number", account.vehicle_number);
  json.field("driver_code", account.driver_code);
  json.field("status", name_of(account.status));
}

void write_devices(JsonWriter& json, const Account& account) {
  json.array("devices", [&] {
    for (const auto& device : account.devices) {
      json.element([&] {
        json.field("device_id", device.id);
        json.field("device_model", device.model);
        json.field("last_seen_at", device.last_seen_at, taxi::wire_fraction);
      });
    }
  });
}

}  // namespace

Answer WireRenderer::profile(const Account& account, Instant at) const {
  return success(200, "Your profile.", at, [&](JsonWriter& data) {
    write_account(data, account,
                  [&] { taxi::write_profile_phone_code(data, account.country, public_url_); });
  });
}

Answer WireRenderer::account_registered(AccountId account, Instant at) const {
  return success(201, "Account created.", at, [&](JsonWriter& data) { data.field("id", account); });
}

Answer WireRenderer::account(const Account& account, Instant at) const {
  return success(200, "The account.", at, [&](JsonWriter& data) {
    write_account(data, account, [&] { data.field("phone_code", account.country); });
    write_devices(data, account);
  });
}

Answer WireRenderer::done(Instant at) const { return success(200, "Done.", at, nullptr); }

Answer WireRenderer::refused(const Refusal& refusal, Instant at) const {
  return failure(refusal, at);
}

}  // namespace hansom::net
