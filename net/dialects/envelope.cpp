#include "net/dialects/envelope.hpp"

namespace hansom::net {
namespace {

void write_meta(JsonWriter& json, int status, const char* outcome, Instant at) {
  json.object("meta", [&] {
    json.field("code", status);
    json.field("status", outcome);
    json.field("timestamp", at, Fraction::milliseconds);
  });
}

void write_user_message(JsonWriter& json, std::string_view message) {
  json.object("user_message", [&] { json.field("message", message); });
}

}  // namespace

Answer success(int status, std::string_view message, Instant at,
               const std::function<void(JsonWriter&)>& fill) {
  JsonWriter json;
  write_meta(json, status, "success", at);
  json.field("code", status == 201 ? "CREATED" : "OK");
  if (fill) {
    json.object("data", [&] { fill(json); });
  } else {
    json.field("data", nullptr);
  }
  write_user_message(json, message);
  return {status, json.frame()};
}

Answer failure(const Refusal& refusal, Instant at) {
  const int status = http_status(refusal.code);
  JsonWriter json;
  write_meta(json, status, "error", at);
  json.field("code", to_string(refusal.code));
  json.field("data", nullptr);
  write_user_message(json, refusal.message);
  return {status, json.frame()};
}

int http_status(RefusalCode code) {
  switch (code) {
    case RefusalCode::invalid_json:
    case RefusalCode::bad_request:
      return 400;
    case RefusalCode::unauthorized:
    case RefusalCode::invalid_token:
      return 401;
    case RefusalCode::forbidden:
    case RefusalCode::foreign_origin:
    case RefusalCode::message_not_yours_to_edit:
    case RefusalCode::message_not_yours_to_delete:
    case RefusalCode::driver_not_found:
    case RefusalCode::customer_not_found:
    case RefusalCode::account_blocked:
    case RefusalCode::account_deleted:
      return 403;
    case RefusalCode::booking_not_found:
    case RefusalCode::not_found:
    case RefusalCode::message_not_found:
    case RefusalCode::ride_request_not_found:
      return 404;
    case RefusalCode::method_not_allowed:
      return 405;
    case RefusalCode::booking_not_assignable:
    case RefusalCode::booking_not_acceptable:
    case RefusalCode::booking_not_rejectable:
    case RefusalCode::booking_not_declinable:
    case RefusalCode::booking_not_completable:
    case RefusalCode::booking_not_chattable:
    case RefusalCode::booking_not_cancellable:
    case RefusalCode::reject_window_closed:
    case RefusalCode::idempotency_key_reused:
    case RefusalCode::too_many_templates:
    case RefusalCode::session_replaced:
    case RefusalCode::ongoing_ride_elsewhere:
    case RefusalCode::ride_request_open:
    case RefusalCode::ride_in_progress:
    case RefusalCode::ride_request_taken:
    case RefusalCode::no_active_ride:
    case RefusalCode::slug_taken:
    case RefusalCode::too_many_rooms:
    case RefusalCode::too_many_participants:
    case RefusalCode::host_must_stay:
    case RefusalCode::email_taken:
    case RefusalCode::username_taken:
      return 409;
    case RefusalCode::payload_too_large:
      return 413;
    case RefusalCode::invalid_payload:
    case RefusalCode::unknown_message_type:
    case RefusalCode::invalid_template:
    case RefusalCode::message_empty:
    case RefusalCode::message_too_long:
      return 422;
    case RefusalCode::upgrade_required:
      return 426;
    case RefusalCode::too_many_sockets:
      return 429;
    case RefusalCode::headers_too_large:
      return 431;
    case RefusalCode::server_busy:
    case RefusalCode::log_unavailable:
      return 503;
    case RefusalCode::internal_error:
      return 500;
  }
  return 500;
}

}  // namespace hansom::net
