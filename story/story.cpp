#include "story/story.hpp"

#include <rapidjson/document.h>

namespace hansom::story {

Receiver every_driver_but(std::optional<AccountId> driver) {
  return {.side = Side::campus_driver, .other_than = driver};
}

void tell(std::span<const Envelope> events, const Renderer& renderer,
          const std::function<bool(const Moment&)>& visit, Position after) {
  Booking booking;
  std::vector<Push> pushes;
  std::vector<SentFrame> sent;
  for (const auto& envelope : events) {
    apply(booking, envelope);
    pushes.clear();
    sent.clear();
    const bool is_wanted = envelope.position > after;
    if (is_wanted) renderer.pushes(envelope, booking, pushes);
    for (auto& [to, side, frame] : pushes) sent.push_back({{side, to}, std::move(frame)});
    if (is_wanted && is_open(booking)) {
      if (auto news = renderer.news_to_drivers(envelope, booking)) {
        sent.push_back({every_driver_but(parties_of(booking).driver), std::move(news)});
      }
    }
    if (!visit({envelope, booking, sent})) return;
  }
}

Booking booking_at(std::span<const Envelope> events, Position position) {
  Booking booking;
  for (const auto& envelope : events) {
    if (envelope.position > position) break;
    apply(booking, envelope);
  }
  return booking;
}

std::string_view protocol_of(const Booking& booking) {
  return is_open(booking) ? "campus" : "taxi";
}

std::string_view name_of(Side side) {
  switch (side) {
    case Side::driver:
    case Side::campus_driver:
      return "driver";
    case Side::customer:
    case Side::passenger:
      return "customer";
    case Side::participant:
      return "participant";
  }
  return {};
}

std::string type_of_frame(std::string_view frame) {
  rapidjson::Document json;
  json.Parse(frame.data(), frame.size());
  if (!json.IsObject()) return {};
  for (const auto* name : {"action", "type"}) {  // campus has an action, and at times a type, too
    const auto member = json.FindMember(name);
    if (member != json.MemberEnd() && member->value.IsString()) {
      return {member->value.GetString(), member->value.GetStringLength()};
    }
  }
  return {};
}

}  // namespace hansom::story
