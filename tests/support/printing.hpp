#pragma once

// How a failed assertion shows our values: by their written form.

#include "engine/refusal.hpp"
#include "events/event.hpp"
#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "events/record.hpp"
#include "projections/booking.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace Catch {

template <typename Tag>
struct StringMaker<hansom::Id<Tag>> {
  static std::string convert(const hansom::Id<Tag>& id) { return to_string(id); }
};

template <>
struct StringMaker<hansom::Instant> {
  static std::string convert(hansom::Instant instant) {
    return to_iso(instant, hansom::Fraction::microseconds);
  }
};

template <>
struct StringMaker<hansom::Position> {
  static std::string convert(hansom::Position position) {
    return "position " + std::to_string(position.value);
  }
};

template <>
struct StringMaker<hansom::Revision> {
  static std::string convert(hansom::Revision revision) {
    return "revision " + std::to_string(revision.value);
  }
};

template <>
struct StringMaker<hansom::Digest> {
  static std::string convert(const hansom::Digest& digest) { return hansom::to_hex(digest); }
};

template <>
struct StringMaker<hansom::Envelope> {
  static std::string convert(const hansom::Envelope& envelope) {
    std::string line;
    encode(envelope, line);
    return line;
  }
};

/// An event on its own, by its part of an envelope's line: `"type":..,"data":{..}`.
template <>
struct StringMaker<hansom::Event> {
  static std::string convert(const hansom::Event& event) {
    hansom::Envelope envelope;
    envelope.event = event;
    const auto line = StringMaker<hansom::Envelope>::convert(envelope);
    return std::string(type_of(event)) + " " + line.substr(line.find("\"data\""));
  }
};
template <>
struct StringMaker<hansom::BookingEvent> {
  static std::string convert(const hansom::BookingEvent& event) {
    return StringMaker<hansom::Event>::convert(event);
  }
};
template <>
struct StringMaker<hansom::AccountEvent> {
  static std::string convert(const hansom::AccountEvent& event) {
    return StringMaker<hansom::Event>::convert(event);
  }
};

template <>
struct StringMaker<hansom::RoomEvent> {
  static std::string convert(const hansom::RoomEvent& event) {
    return StringMaker<hansom::Event>::convert(event);
  }
};

template <>
struct StringMaker<hansom::RefusalCode> {
  static std::string convert(hansom::RefusalCode code) { return std::string(to_string(code)); }
};

template <>
struct StringMaker<hansom::Verdict> {
  static std::string convert(hansom::Verdict verdict) {
    return std::string(hansom::name_of(verdict));
  }
};

}  // namespace Catch
