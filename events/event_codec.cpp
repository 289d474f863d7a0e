#include "events/event_codec.hpp"

#include "events/event_schema.hpp"
#include "events/field_reader.hpp"
#include "events/field_scanner.hpp"
#include "events/field_writer.hpp"
#include "events/json_text.hpp"

#include <rapidjson/error/en.h>

namespace hansom {

using namespace written;

namespace {

using Read = std::expected<void, std::string>;

/// Tries each alternative of the variant for the one that is written under `type`, and has `read`
/// read it: where it will stand, as g++ 12 takes it for uninitialised once it is moved.
template <typename Variant, typename ReadInto, std::size_t Index = 0>
Read read_alternative(std::string_view type, int version, Event& event, const ReadInto& read) {
  if constexpr (Index == std::variant_size_v<Variant>) {
    return std::unexpected("unknown event type '" + std::string(type) + "'");
  } else {
    using Alternative = std::variant_alternative_t<Index, Variant>;
    if (EventName<Alternative>::type != type) {
      return read_alternative<Variant, ReadInto, Index + 1>(type, version, event, read);
    }
    if (EventName<Alternative>::version != version) {
      return std::unexpected("unknown version " + std::to_string(version) + " of '" +
                             std::string(type) + "'");
    }
    auto& variant = event.emplace<Variant>(std::in_place_type<Alternative>);
    if (!read(std::get<Alternative>(variant))) {
      return std::unexpected("a field of '" + std::string(type) + "' is missing or wrong");
    }
    return {};
  }
}

/// Reads the event of a type: `read` is called with the struct to read into, and says whether it
/// could.
template <typename ReadInto>
Read read_event(StreamKind kind, std::string_view type, int version, Event& event,
                const ReadInto& read) {
  switch (kind) {
    case StreamKind::booking:
      return read_alternative<BookingEvent>(type, version, event, read);
    case StreamKind::account:
      return read_alternative<AccountEvent>(type, version, event, read);
    case StreamKind::cancellation_template:
      return read_alternative<TemplateEvent>(type, version, event, read);
    case StreamKind::room:
      return read_alternative<RoomEvent>(type, version, event, read);
  }
  return std::unexpected("unknown kind of stream");
}

void write(JsonText& json, const StreamId& stream) { json.text(prefix_of(stream.kind), stream.id); }

void write(JsonText& json, const Actor& actor) {
  if (is_person(actor.kind)) {
    json.text(prefix_of(actor.kind), actor.account.value);
  } else {
    json.text(prefix_of(actor.kind));
  }
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
  JsonText json(out);
  json.start_object();
  json.key("position");
  write(json, envelope.position);
  json.key("stream");
  write(json, envelope.stream);
  json.key("revision");
  write(json, envelope.revision);
  json.key("at");
  write(json, envelope.at);
  std::visit(
      [&](const auto& kind) {
        std::visit(
            [&]<typename E>(const E& event) {
              json.key("type");
              json.text(EventName<E>::type);
              json.key("version");
              json.number(std::int64_t{EventName<E>::version});
              json.key("actor");
              write(json, envelope.actor);
              json.key("cause");
              write(json, envelope.cause);
              json.key("data");
              write(json, event);
            },
            kind);
      },
      envelope.event);
  json.end_object();
}

namespace {

/// Reads what `encode` wrote and nobody touched; nothing where it is anything else.
std::optional<Envelope> scan_envelope(std::string_view line) {
  Scanner json(line);
  Envelope envelope;
  const auto member = [&](std::string_view name, auto& value) {
    return json.take_key(name, false) && scan(json, value);
  };
  const auto text_member = [&](std::string_view name) {
    return json.take_key(name, false) ? json.take_text() : std::nullopt;
  };
  int version = 0;
  if (!json.take('{') || !json.take_key("position", true) || !scan(json, envelope.position)) {
    return std::nullopt;
  }
  const auto stream = text_member("stream");
  if (!stream || !take(StreamId::parse(*stream), envelope.stream)) return std::nullopt;
  if (!member("revision", envelope.revision) || !member("at", envelope.at)) return std::nullopt;
  const auto type = text_member("type");
  if (!type || !member("version", version)) return std::nullopt;
  const auto actor = text_member("actor");
  if (!actor || !take(Actor::parse(*actor), envelope.actor)) return std::nullopt;
  if (!member("cause", envelope.cause) || !json.take_key("data", false)) return std::nullopt;
  const auto read = read_event(envelope.stream.kind, *type, version, envelope.event,
                               [&](auto& event) { return scan(json, event); });
  if (!read) return std::nullopt;
  return json.take('}') && json.at_end() ? std::optional(std::move(envelope)) : std::nullopt;
}

std::expected<Envelope, std::string> read_envelope(std::string_view line) {
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
  const auto event = read_event(envelope.stream.kind, text_of(*type), version->GetInt(),
                                envelope.event, [&](auto& out) { return read(*data, out); });
  if (!event) return std::unexpected(event.error());
  return envelope;
}

}  // namespace

std::optional<StreamId> stream_of(std::string_view line) {
  constexpr std::string_view key = R"(,"stream":")";
  const auto found = line.find(key);
  if (found == std::string_view::npos) return std::nullopt;
  const auto value = line.substr(found + key.size());
  return StreamId::parse(value.substr(0, value.find('"')));
}

std::expected<Envelope, std::string> decode(std::string_view line) {
  if (auto scanned = scan_envelope(line)) return std::move(*scanned);
  return read_envelope(line);
}

}  // namespace hansom
