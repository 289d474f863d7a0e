#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace hansom {

/// Every code that an app can be told, by the names of the protocol documents.
enum class RefusalCode {
  unauthorized,
  invalid_token,
  forbidden,
  driver_not_found,
  customer_not_found,
  account_blocked,
  account_deleted,
  session_replaced,
  ongoing_ride_elsewhere,
  invalid_json,
  invalid_payload,
  unknown_message_type,
  booking_not_found,
  booking_not_assignable,
  booking_not_acceptable,
  booking_not_rejectable,
  booking_not_declinable,
  booking_not_completable,
  booking_not_chattable,
  booking_not_cancellable,
  reject_window_closed,
  invalid_template,
  idempotency_key_reused,
  too_many_templates,
  ride_request_open,
  ride_in_progress,
  ride_request_taken,
  ride_request_not_found,
  no_active_ride,
  slug_taken,
  too_many_participants,
  too_many_rooms,
  host_must_stay,
  message_empty,
  message_too_long,
  message_not_found,
  message_not_yours_to_edit,
  message_not_yours_to_delete,
  foreign_origin,
  email_taken,
  username_taken,
  not_found,
  method_not_allowed,
  payload_too_large,
  headers_too_large,
  bad_request,
  upgrade_required,
  too_many_sockets,
  server_busy,
  log_unavailable,
  internal_error,
};

constexpr std::size_t refusal_code_count =
    static_cast<std::size_t>(RefusalCode::internal_error) + 1;

/// The code as it stands on the wire, as `BOOKING_NOT_ASSIGNABLE`.
std::string_view to_string(RefusalCode code);

/// A command that may not be: a value, and part of the protocol. It appends nothing.
struct Refusal {
  RefusalCode code;
  std::string message;  ///< for people; not part of the contract

  bool operator==(const Refusal&) const = default;
};

/// Where a decision, or what was read, is expected.
inline std::unexpected<Refusal> refuse(RefusalCode code, std::string message) {
  return std::unexpected(Refusal{code, std::move(message)});
}

Refusal log_unavailable();
Refusal session_replaced();
Refusal no_such_booking();

}  // namespace hansom
