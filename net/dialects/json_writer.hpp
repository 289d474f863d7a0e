#pragma once

#include "engine/output.hpp"
#include "events/json_text.hpp"

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// Writes one JSON object straight into a buffer, member by member in the order of the calls.
class JsonWriter {
 public:
  JsonWriter() { json_.start_object(); }

  void field(std::string_view name, std::string_view value) {
    json_.key(name);
    json_.text(value);
  }
  void field(std::string_view name, const char* value) { field(name, std::string_view(value)); }
  template <typename Tag>
  void field(std::string_view name, const Id<Tag>& value) {
    json_.key(name);
    json_.text(value.value);
  }
  /// As ISO 8601.
  void field(std::string_view name, Instant value, Fraction fraction) {
    json_.key(name);
    json_.text(value, fraction);
  }
  void field(std::string_view name, bool value) {
    json_.key(name);
    json_.boolean(value);
  }
  template <std::integral Integer>
  void field(std::string_view name, Integer value) {
    json_.key(name);
    json_.number(static_cast<std::int64_t>(value));
  }
  void field(std::string_view name, double value) {
    json_.key(name);
    json_.number(value);
  }
  void field(std::string_view name, std::nullptr_t) {
    json_.key(name);
    json_.null();
  }
  /// A member that is JSON already.
  void raw(std::string_view name, std::string_view json) {
    json_.key(name);
    json_.raw(json);
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
    json_.key(name);
    json_.start_object();
    fill();
    json_.end_object();
  }
  template <typename Fill>
  void array(std::string_view name, Fill fill) {
    json_.key(name);
    json_.start_array();
    fill();
    json_.end_array();
  }
  /// An object as an element of an array.
  template <typename Fill>
  void element(Fill fill) {
    json_.start_object();
    fill();
    json_.end_object();
  }
  void element(std::string_view value) { json_.text(value); }
  void element(std::uint64_t value) { json_.number(value); }
  void element(double value) { json_.number(value); }

  /// Ends the object. REQUIRES: nothing is called after it.
  Frame frame() {
    json_.end_object();
    json_.finish();
    return std::make_shared<const std::string>(std::move(text_));
  }

 private:
  std::string text_;
  JsonText json_{text_};
};

}  // namespace hansom::net
