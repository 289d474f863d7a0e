#pragma once

#include "events/ids.hpp"
#include "events/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hansom {

/// Appends JSON to a string, byte for byte as RapidJSON's `Writer` would and several times as fast:
/// what is written for every event and every push has to be. Commas come by themselves; that
/// objects and arrays end, and that members have a key, is up to the caller. Texts are taken for
/// UTF-8.
class JsonText {
 public:
  /// `out` must outlive the object, and is whole again once that is gone, or finished.
  explicit JsonText(std::string& out) : out_(out), size_(out.size()) {}
  ~JsonText() { finish(); }
  JsonText(const JsonText&) = delete;
  JsonText& operator=(const JsonText&) = delete;

  /// Gives `out` its end. REQUIRES: nothing is written after it.
  void finish() {
    if (out_.size() > size_) out_.resize(size_);
  }

  void start_object() { open('{'); }
  void end_object() { close('}'); }
  void start_array() { open('['); }
  void end_array() { close(']'); }

  /// REQUIRES: a name without anything that JSON escapes.
  void key(std::string_view name) {
    char* at = room(name.size() + 4);
    if (comma_) *at++ = ',';
    *at++ = '"';
    at = name.copy(at, name.size()) + at;
    *at++ = '"';
    *at++ = ':';
    written_to(at);
    comma_ = false;
  }

  void text(std::string_view value);
  void text(const Uuid& value);
  void text(Instant value, Fraction fraction);
  /// A text of two parts, of which the first needs no escapes.
  void text(std::string_view prefix, const Uuid& value);
  void number(std::int64_t value);
  void number(std::uint64_t value);
  /// REQUIRES: it is finite.
  void number(double value);
  void boolean(bool value) { literal(value ? "true" : "false"); }
  void null() { literal("null"); }
  /// A value that is JSON already.
  void raw(std::string_view json) { literal(json); }

 private:
  /// At least so many bytes to write to; `written_to` says how many it were.
  char* room(std::size_t bytes) {
    if (out_.size() - size_ < bytes) grow(bytes);
    return out_.data() + size_;
  }
  void written_to(const char* end) { size_ = static_cast<std::size_t>(end - out_.data()); }
  void grow(std::size_t bytes);

  void open(char bracket) {
    char* at = room(2);
    if (comma_) *at++ = ',';
    *at++ = bracket;
    written_to(at);
    comma_ = false;
  }
  void close(char bracket) {
    char* at = room(1);
    *at++ = bracket;
    written_to(at);
    comma_ = true;
  }
  void literal(std::string_view value) {
    char* at = begin_value(value.size());
    at = value.copy(at, value.size()) + at;
    written_to(at);
  }
  /// Room for a value, after its comma.
  char* begin_value(std::size_t bytes) {
    char* at = room(bytes + 1);
    if (comma_) *at++ = ',';
    comma_ = true;
    return at;
  }

  std::string& out_;
  std::size_t size_;  // what is written of `out_`; the rest of it is room
  bool comma_ = false;
};

}  // namespace hansom
