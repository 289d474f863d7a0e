#include "projections/idempotency.hpp"

namespace hansom {

void Idempotency::apply(const Envelope& envelope) {
  const auto& event = std::get<BookingEvent>(envelope.event);
  if (const auto* requested = std::get_if<BookingRequested>(&event)) {
    if (!requested->idempotency_key) return;
    forget_before(envelope.at - idempotency_key_life);
    const auto& [key, digest] = *requested->idempotency_key;
    put(name(requested->customer.account, key),
        {digest, BookingId{envelope.stream.id}, requested->booking_type, std::nullopt,
         envelope.at});
  } else if (const auto* assigned = std::get_if<DriverAssigned>(&event)) {
    // Who is asked at once stands in the same batch, right behind the request.
    if (in_order_.empty() || assigned->attempt != 1) return;
    auto& last = answered_.at(in_order_.back().second);
    if (last.booking.value == envelope.stream.id) last.driver = assigned->driver.account;
  }
}

void Idempotency::put(std::string name, AnsweredRequest answered) {
  in_order_.emplace_back(answered.at, name);
  answered_[std::move(name)] = std::move(answered);
}

const AnsweredRequest* Idempotency::find(AccountId customer, std::string_view key,
                                         Instant now) const {
  const auto found = answered_.find(name(customer, key));
  if (found == answered_.end() || found->second.at + idempotency_key_life <= now) return nullptr;
  return &found->second;
}

std::string Idempotency::name(AccountId customer, std::string_view key) {
  return to_string(customer) + ' ' + std::string(key);
}

void Idempotency::forget_before(Instant time) {
  for (; !in_order_.empty() && in_order_.front().first <= time; in_order_.pop_front()) {
    const auto found = answered_.find(in_order_.front().second);
    // The key may have been used anew since.
    if (found != answered_.end() && found->second.at <= time) answered_.erase(found);
  }
}

}  // namespace hansom
