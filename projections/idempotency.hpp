#pragma once

#include "events/event.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hansom {

/// The answer to a booking request that carried an idempotency key.
struct AnsweredRequest {
  std::string request_digest;
  BookingId booking;
  BookingType booking_type = BookingType::instant;
  std::optional<AccountId> driver;  ///< who was asked at once
  Instant at;
};

/// So long a key brings the first answer again (PROTOCOL.md, Admin and mobile endpoints).
constexpr std::chrono::hours idempotency_key_life{24};

/// The booking requests that can be repeated, by customer and key.
class Idempotency {
 public:
  /// Folds an event of a booking's stream.
  void apply(const Envelope& envelope);

  /// The first answer to this customer's key, if it is not forgotten `now`.
  const AnsweredRequest* find(AccountId customer, std::string_view key, Instant now) const;

  std::size_t size() const { return answered_.size(); }

  /// Visits what is remembered, oldest first, each under the name by which `put` takes it.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const auto& [at, name] : in_order_) {
      const auto found = answered_.find(name);
      if (found != answered_.end() && found->second.at == at) visit(name, found->second);
    }
  }

  /// Adds an answer as it was, behind those that were added before.
  void put(std::string name, AnsweredRequest answered);

 private:
  static std::string name(AccountId customer, std::string_view key);
  void forget_before(Instant time);

  std::unordered_map<std::string, AnsweredRequest> answered_;
  std::deque<std::pair<Instant, std::string>> in_order_;  // oldest first
};

}  // namespace hansom
