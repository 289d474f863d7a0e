#include "events/event_codec.hpp"

#include "events/event_schema.hpp"
#include "events/field_reader.hpp"
#include "events/field_scanner.hpp"
#include "events/field_writer.hpp"
#include "events/json_text.hpp"

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

/// Reads what `encode` wrote and nobody touched; false where it is anything else.
bool scan_envelope(std::string_view line, Envelope& out) {
  Scanner json(line);
  const auto member = [&](std::string_view name, auto& value) {
    return json.take_key(name, false) && scan(json, value);
  };
  const auto named_member = [&](std::string_view name, auto& value) {
    const auto text = json.take_key(name, false) ? json.take_text() : std::nullopt;
    return text && take(std::remove_reference_t<decltype(value)>::parse(*text), value);
  };
  if (!json.take('{') || !json.take_key("position", true) || !scan(json, out.position) ||
      !named_member("stream", out.stream) || !member("revision", out.revision) ||
      !member("at", out.at) || !json.take_key("type", false)) {
    return false;
  }
  const auto type = json.take_text();
  int version = 0;
  if (!type || !member("version", version) || !named_member("actor", out.actor) ||
      !member("cause", out.cause) || !json.take_key("data", false)) {
    return false;
  }
  const auto read = read_event(out.stream.kind, *type, version, out.event,
                               [&](auto& event) { return scan(json, event); });
  return read && json.take('}') && json.at_end();
}

Read read_envelope(std::string_view line, Envelope& out) {
  const auto parsed = written::parse(line);
  if (!parsed) return std::unexpected("no JSON: " + parsed.error());
  const auto& json = *parsed;
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

  out.position.value = position->GetUint64();
  out.revision.value = revision->GetUint();
  if (!take(StreamId::parse(text_of(*stream)), out.stream)) {
    return std::unexpected("unknown stream '" + std::string(text_of(*stream)) + "'");
  }
  if (!take(Actor::parse(text_of(*actor)), out.actor)) {
    return std::unexpected("unknown actor '" + std::string(text_of(*actor)) + "'");
  }
  if (!read_member(json, "at", out.at) || !read_member(json, "cause", out.cause)) {
    return std::unexpected("a field of the envelope is missing or wrong");
  }
  return read_event(out.stream.kind, text_of(*type), version->GetInt(), out.event,
                    [&](auto& event) { return read(*data, event); });
}

}  // namespace

std::optional<StreamId> stream_of(std::string_view line) {
  constexpr std::string_view key = R"(,"stream":")";
  const auto found = line.find(key);
  if (found == std::string_view::npos) return std::nullopt;
  const auto value = line.substr(found + key.size());
  return StreamId::parse(value.substr(0, value.find('"')));
}

std::expected<void, std::string> decode(std::string_view line, Envelope& out) {
  if (scan_envelope(line, out)) return {};
  return read_envelope(line, out);
}

std::expected<Envelope, std::string> decode(std::string_view line) {
  Envelope envelope;
  if (const auto read = decode(line, envelope); !read) return std::unexpected(read.error());
  return envelope;
}

}  // namespace hansom
