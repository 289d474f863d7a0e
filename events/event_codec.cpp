#include "events/event_codec.hpp"

#include "events/event_schema.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/writer.h>

#include <type_traits>

namespace hansom {
namespace {

/// Lets RapidJSON write straight to the end of a string.
struct StringSink {
  using Ch = char;
  std::string& out;
  void Put(char c) { out.push_back(c); }
  void Flush() {}
};

using Writer = rapidjson::Writer<StringSink>;
using Value = rapidjson::Value;

void write_text(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

// One overload a kind of value: how it is written, how it is read back. `read` is false for a value
// of the wrong type or range.

void write(Writer& writer, bool value) { writer.Bool(value); }
void write(Writer& writer, int value) { writer.Int(value); }
void write(Writer& writer, double value) { writer.Double(value); }
void write(Writer& writer, const std::string& value) { write_text(writer, value); }
void write(Writer& writer, Position value) { writer.Uint64(value.value); }
void write(Writer& writer, Instant value) {
  write_text(writer, to_iso(value, Fraction::microseconds));
}
template <typename Tag>
void write(Writer& writer, const Id<Tag>& value) {
  write_text(writer, to_string(value));
}
template <typename Enum>
requires std::is_enum_v<Enum>
void write(Writer& writer, Enum value) { write_text(writer, name_of(value)); }
template <typename Struct>
requires requires { Fields<Struct>::list; }
void write(Writer& writer, const Struct& value);
template <typename T>
void write(Writer& writer, const std::vector<T>& values) {
  writer.StartArray();
  for (const auto& value : values) write(writer, value);
  writer.EndArray();
}
template <typename T>
void write(Writer& writer, const std::optional<T>& value) {
  if (value) {
    write(writer, *value);
  } else {
    writer.Null();
  }
}
void write_key(Writer& writer, std::string_view name) {
  writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
}
template <typename Struct, typename Owner, typename Value>
void write_field(Writer& writer, const Struct& value, const Field<Owner, Value>& field) {
  write_key(writer, field.name);
  write(writer, value.*field.member);
}
template <typename Struct, typename Owner, typename Value>
void write_field(Writer& writer, const Struct& value, const LaterField<Owner, Value>& field) {
  if (!(value.*field.member)) return;
  write_key(writer, field.name);
  write(writer, *(value.*field.member));
}
template <typename Struct>
requires requires { Fields<Struct>::list; }
void write(Writer& writer, const Struct& value) {
  writer.StartObject();
  std::apply([&](const auto&... field) { (write_field(writer, value, field), ...); },
             Fields<Struct>::list);
  writer.EndObject();
}

std::string_view text_of(const Value& json) { return {json.GetString(), json.GetStringLength()}; }

bool read(const Value& json, bool& value) {
  if (!json.IsBool()) return false;
  value = json.GetBool();
  return true;
}
bool read(const Value& json, int& value) {
  if (!json.IsInt()) return false;
  value = json.GetInt();
  return true;
}
bool read(const Value& json, double& value) {
  if (!json.IsNumber()) return false;
  value = json.GetDouble();
  return true;
}
bool read(const Value& json, std::string& value) {
  if (!json.IsString()) return false;
  value = text_of(json);
  return true;
}
bool read(const Value& json, Position& value) {
  if (!json.IsUint64()) return false;
  value = {json.GetUint64()};
  return true;
}
/// Takes over what a parser made of the text, where it made something.
template <typename T>
bool take(std::optional<T>&& parsed, T& value) {
  if (!parsed) return false;
  value = std::move(*parsed);
  return true;
}
bool read(const Value& json, Instant& value) {
  return json.IsString() && take(parse_iso(text_of(json)), value);
}
template <typename Tag>
bool read(const Value& json, Id<Tag>& value) {
  return json.IsString() && take(Id<Tag>::parse(text_of(json)), value);
}
template <typename Enum>
requires std::is_enum_v<Enum>
bool read(const Value& json, Enum& value) {
  return json.IsString() && take(enum_named<Enum>(text_of(json)), value);
}
template <typename Struct>
requires requires { Fields<Struct>::list; }
bool read(const Value& json, Struct& value);
template <typename T>
bool read(const Value& json, std::vector<T>& values) {
  if (!json.IsArray()) return false;
  values.reserve(json.Size());
  for (const auto& element : json.GetArray()) {
    if (!read(element, values.emplace_back())) return false;
  }
  return true;
}

/// A member that is absent or null reads as "none" where that is allowed.
template <typename T>
bool read_member(const Value& object, std::string_view name, T& value) {
  const auto member = object.FindMember(
      Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  return member != object.MemberEnd() && read(member->value, value);
}
template <typename T>
bool read_member(const Value& object, std::string_view name, std::optional<T>& value) {
  const auto member = object.FindMember(
      Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  if (member == object.MemberEnd() || member->value.IsNull()) return true;
  return read(member->value, value.emplace());
}

template <typename Struct>
requires requires { Fields<Struct>::list; }
bool read(const Value& json, Struct& value) {
  if (!json.IsObject()) return false;
  return std::apply(
      [&](const auto&... field) {
        return (read_member(json, field.name, value.*field.member) && ...);
      },
      Fields<Struct>::list);
}

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
  rapidjson::Document json;
  // Iterative, so that deep nesting in a damaged record can't use up the stack; with full
  // precision, so that a number comes back as it was.
  constexpr auto flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                         rapidjson::kParseFullPrecisionFlag;
  json.Parse<flags>(line.data(), line.size());
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
