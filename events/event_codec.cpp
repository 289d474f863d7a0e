#include "events/event_codec.hpp"

#include "events/event_schema.hpp"
#include "events/field_codec.hpp"

#include <rapidjson/error/en.h>

namespace hansom {

using namespace written;

namespace {

/// Tries each alternative of the variant for the one that is written under `type`.
template <typename Variant, std::size_t Index = 0>
std::expected<Event, std::string> decode_data(std::string_view type, int version,
                                              const Value& data) {
  if constexpr (Index == std::variant_size_v<Variant>) {
    return std::unexpected("unknown event type '" + std::string(type) + "'");
  } else {
    using Alternative = std::variant_alternative_t<Index, Variant>;
    if (EventName<Alternative>::type != type) {
      return decode_data<Variant, Index + 1>(type, version, data);
    }
    if (EventName<Alternative>::version != version) {
      return std::unexpected("unknown version " + std::to_string(version) + " of '" +
                             std::string(type) + "'");
    }
    // Read where it will stand: moved there, g++ 12 takes it for uninitialised.
    std::expected<Event, std::string> event(std::in_place, std::in_place_type<Variant>,
                                            std::in_place_type<Alternative>);
    if (!read(data, std::get<Alternative>(std::get<Variant>(*event)))) {
      return std::unexpected("a field of '" + std::string(type) + "' is missing or wrong");
    }
    return event;
  }
}

std::expected<Event, std::string> decode_event(StreamKind kind, std::string_view type, int version,
                                               const Value& data) {
  switch (kind) {
    case StreamKind::booking:
      return decode_data<BookingEvent>(type, version, data);
    case StreamKind::account:
      return decode_data<AccountEvent>(type, version, data);
    case StreamKind::cancellation_template:
      return decode_data<TemplateEvent>(type, version, data);
    case StreamKind::room:
      return decode_data<RoomEvent>(type, version, data);
  }
  return std::unexpected("unknown kind of stream");
}

const Value* member(const Value& object, const char* name, bool (Value::*is)() const) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && (found->value.*is)() ? &found->value : nullptr;
}

}  // namespace

std::string_view type_of(const Event& event) {
  return std::visit(
      [](const auto& floor) {
        return std::visit([]<typename E>(const E&) { return EventName<E>::type; }, floor);
      },
      event);
}

int version_of(const Event& event) {
  return std::visit(
      [](const auto& floor) {
        return std::visit([]<typename E>(const E&) { return EventName<E>::version; }, floor);
      },
      event);
}

void encode(const Envelope& envelope, std::string& out) {
  StringSink sink{out};
  Writer writer(sink);
  writer.StartObject();
  writer.Key("position");
  writer.Uint64(envelope.position.value);
  writer.Key("stream");
  write_text(writer, to_string(envelope.stream));
  writer.Key("revision");
  writer.Uint(envelope.revision.value);
  writer.Key("at");
  write(writer, envelope.at);
  std::visit(
      [&](const auto& kind) {
        std::visit(
            [&]<typename E>(const E& event) {
              writer.Key("type");
              write_text(writer, EventName<E>::type);
              writer.Key("version");
              writer.Int(EventName<E>::version);
              writer.Key("actor");
              write_text(writer, to_string(envelope.actor));
              writer.Key("cause");
              write(writer, envelope.cause);
              writer.Key("data");
              write(writer, event);
            },
            kind);
      },
      envelope.event);
  writer.EndObject();
}

std::optional<StreamId> stream_of(std::string_view line) {
  constexpr std::string_view key = R"(,"stream":")";
  const auto found = line.find(key);
  if (found == std::string_view::npos) return std::nullopt;
  const auto value = line.substr(found + key.size());
  return StreamId::parse(value.substr(0, value.find('"')));
}

std::expected<Envelope, std::string> decode(std::string_view line) {
  const auto json = written::parse(line);
  if (json.HasParseError()) {
    return std::unexpected(std::string("no JSON: ") +
                           rapidjson::GetParseError_En(json.GetParseError()));
  }
  if (!json.IsObject()) return std::unexpected("no JSON object");

  const auto* position = member(json, "position", &Value::IsUint64);
  const auto* stream = member(json, "stream", &Value::IsString);
  const auto* revision = member(json, "revision", &Value::IsUint);
  const auto* type = member(json, "type", &Value::IsString);
  const auto* version = member(json, "version", &Value::IsInt);
  const auto* actor = member(json, "actor", &Value::IsString);
  const auto* data = member(json, "data", &Value::IsObject);
  if (!position || !stream || !revision || !type || !version || !actor || !data) {
    return std::unexpected("a field of the envelope is missing or wrong");
  }

  Envelope envelope;
  envelope.position.value = position->GetUint64();
  envelope.revision.value = revision->GetUint();
  if (!take(StreamId::parse(text_of(*stream)), envelope.stream)) {
    return std::unexpected("unknown stream '" + std::string(text_of(*stream)) + "'");
  }
  if (!take(Actor::parse(text_of(*actor)), envelope.actor)) {
    return std::unexpected("unknown actor '" + std::string(text_of(*actor)) + "'");
  }
  if (!read_member(json, "at", envelope.at) || !read_member(json, "cause", envelope.cause)) {
    return std::unexpected("a field of the envelope is missing or wrong");
  }
  auto event = decode_event(envelope.stream.kind, text_of(*type), version->GetInt(), *data);
  if (!event) return std::unexpected(std::move(event.error()));
  envelope.event = std::move(*event);
  return envelope;
}

}  // namespace hansom
