#pragma once

#include "engine/output.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// Writes one JSON object straight into a buffer, member by member in the order of the calls.
class JsonWriter {
 public:
  JsonWriter() { writer_.StartObject(); }

  void field(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void field(std::string_view name, const char* value) { field(name, std::string_view(value)); }
  void field(std::string_view name, bool value) {
    key(name);
    writer_.Bool(value);
  }
  template <std::integral Integer>
  void field(std::string_view name, Integer value) {
    key(name);
    writer_.Int64(static_cast<std::int64_t>(value));
  }
  void field(std::string_view name, double value) {
    key(name);
    writer_.Double(value);
  }
  void field(std::string_view name, std::nullptr_t) {
    key(name);
    writer_.Null();
  }
  /// Null where there is nothing.
  template <typename Value>
  void field(std::string_view name, const std::optional<Value>& value) {
    if (value) {
      field(name, *value);
    } else {
      field(name, nullptr);
    }
  }

  /// An object or array as a member; `fill` writes what is in it.
  template <typename Fill>
  void object(std::string_view name, Fill fill) {
    key(name);
    writer_.StartObject();
    fill();
    writer_.EndObject();
  }
  template <typename Fill>
  void array(std::string_view name, Fill fill) {
    key(name);
    writer_.StartArray();
    fill();
    writer_.EndArray();
  }
  /// An object as an element of an array.
  template <typename Fill>
  void element(Fill fill) {
    writer_.StartObject();
    fill();
    writer_.EndObject();
  }
  void element(std::string_view value) { text(value); }

  /// Ends the object. REQUIRES: nothing is called after it.
  Frame frame() {
    writer_.EndObject();
    return std::make_shared<const std::string>(buffer_.GetString(), buffer_.GetSize());
  }

 private:
  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void text(std::string_view value) {
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace hansom::net
