#include "engine/refusal.hpp"

namespace hansom {

std::string_view to_string(RefusalCode code) {
  switch (code) {
    case RefusalCode::unauthorized:
      return "UNAUTHORIZED";
    case RefusalCode::invalid_token:
      return "INVALID_TOKEN";
    case RefusalCode::forbidden:
      return "FORBIDDEN";
    case RefusalCode::driver_not_found:
      return "DRIVER_NOT_FOUND";
    case RefusalCode::customer_not_found:
      return "CUSTOMER_NOT_FOUND";
    case RefusalCode::account_blocked:
      return "ACCOUNT_BLOCKED";
    case RefusalCode::account_deleted:
      return "ACCOUNT_DELETED";
    case RefusalCode::session_replaced:
      return "SESSION_REPLACED";
    case RefusalCode::ongoing_ride_elsewhere:
      return "ONGOING_RIDE_ELSEWHERE";
    case RefusalCode::invalid_json:
      return "INVALID_JSON";
    case RefusalCode::invalid_payload:
      return "INVALID_PAYLOAD";
    case RefusalCode::unknown_message_type:
      return "UNKNOWN_MESSAGE_TYPE";
    case RefusalCode::booking_not_found:
      return "BOOKING_NOT_FOUND";
    case RefusalCode::booking_not_assignable:
      return "BOOKING_NOT_ASSIGNABLE";
    case RefusalCode::booking_not_acceptable:
      return "BOOKING_NOT_ACCEPTABLE";
    case RefusalCode::booking_not_rejectable:
      return "BOOKING_NOT_REJECTABLE";
    case RefusalCode::booking_not_declinable:
      return "BOOKING_NOT_DECLINABLE";
    case RefusalCode::booking_not_completable:
      return "BOOKING_NOT_COMPLETABLE";
    case RefusalCode::booking_not_chattable:
      return "BOOKING_NOT_CHATTABLE";
    case RefusalCode::booking_not_cancellable:
      return "BOOKING_NOT_CANCELLABLE";
    case RefusalCode::reject_window_closed:
      return "REJECT_WINDOW_CLOSED";
    case RefusalCode::invalid_template:
      return "INVALID_TEMPLATE";
    case RefusalCode::idempotency_key_reused:
      return "IDEMPOTENCY_KEY_REUSED";
    case RefusalCode::too_many_templates:
      return "TOO_MANY_TEMPLATES";
    case RefusalCode::ride_request_open:
      return "RIDE_REQUEST_OPEN";
    case RefusalCode::ride_in_progress:
      return "RIDE_IN_PROGRESS";
    case RefusalCode::ride_request_taken:
      return "RIDE_REQUEST_TAKEN";
    case RefusalCode::ride_request_not_found:
      return "RIDE_REQUEST_NOT_FOUND";
    case RefusalCode::no_active_ride:
      return "NO_ACTIVE_RIDE";
    case RefusalCode::slug_taken:
      return "SLUG_TAKEN";
    case RefusalCode::too_many_rooms:
      return "TOO_MANY_ROOMS";
    case RefusalCode::too_many_participants:
      return "TOO_MANY_PARTICIPANTS";
    case RefusalCode::host_must_stay:
      return "HOST_MUST_STAY";
    case RefusalCode::message_empty:
      return "MESSAGE_EMPTY";
    case RefusalCode::message_too_long:
      return "MESSAGE_TOO_LONG";
    case RefusalCode::message_not_found:
      return "MESSAGE_NOT_FOUND";
    case RefusalCode::message_not_yours_to_edit:
      return "MESSAGE_NOT_YOURS_TO_EDIT";
    case RefusalCode::message_not_yours_to_delete:
      return "MESSAGE_NOT_YOURS_TO_DELETE";
    case RefusalCode::foreign_origin:
      return "FOREIGN_ORIGIN";
    case RefusalCode::email_taken:
      return "EMAIL_TAKEN";
    case RefusalCode::username_taken:
      return "USERNAME_TAKEN";
    case RefusalCode::not_found:
      return "NOT_FOUND";
    case RefusalCode::method_not_allowed:
      return "METHOD_NOT_ALLOWED";
    case RefusalCode::payload_too_large:
      return "PAYLOAD_TOO_LARGE";
    case RefusalCode::headers_too_large:
      return "HEADERS_TOO_LARGE";
    case RefusalCode::bad_request:
      return "BAD_REQUEST";
    case RefusalCode::upgrade_required:
      return "UPGRADE_REQUIRED";
    case RefusalCode::too_many_sockets:
      return "TOO_MANY_SOCKETS";
    case RefusalCode::server_busy:
      return "SERVER_BUSY";
    case RefusalCode::log_unavailable:
      return "LOG_UNAVAILABLE";
    case RefusalCode::internal_error:
      return "INTERNAL_ERROR";
  }
  return {};
}

Refusal log_unavailable() {
  return {RefusalCode::log_unavailable,
          "The log can't be written now; see how things stand, and try again."};
}

Refusal no_such_booking() {
  return {RefusalCode::booking_not_found, "There is no such booking of yours."};
}

Refusal session_replaced() {
  return {RefusalCode::session_replaced, "This account has connected from elsewhere."};
}

}  // namespace hansom
