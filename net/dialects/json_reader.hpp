#pragma once

#include "events/text_bytes.hpp"

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// RapidJSON's pool of memory, in pieces of the size of a message: by default a document of a
/// hundred bytes takes 64 KiB.
struct MessagePool : rapidjson::MemoryPoolAllocator<> {
  explicit MessagePool(std::size_t piece_bytes = 1'024) : MemoryPoolAllocator(piece_bytes) {}
};
using Json = rapidjson::GenericValue<rapidjson::UTF8<>, MessagePool>;
using JsonDocument = rapidjson::GenericDocument<rapidjson::UTF8<>, MessagePool>;

/// Reads JSON that a peer sent: strict, UTF-8 all through (lone surrogates, escaped or not, are no
/// text), and of any depth without recursion. Nothing for what is not JSON.
std::optional<JsonDocument> read_json(std::string_view text);

// Members of an object. Each is nothing when the member is missing, of the wrong type or out of
// range. REQUIRES: `object` is one.

std::optional<std::string> string_member(const Json& object, const char* name);
/// Whole numbers only; 300.0 is one.
std::optional<int> int_member(const Json& object, const char* name, int min, int max);
std::optional<std::uint64_t> whole_number_member(const Json& object, const char* name,
                                                 std::uint64_t max);
std::optional<double> number_member(const Json& object, const char* name, double min, double max);

/// A member that may be null or missing, which reads as an inner "nothing". The outer "nothing" is
/// a wrong type.
std::optional<std::optional<std::string>> nullable_string_member(const Json& object,
                                                                 const char* name);

/// Whether the member is missing or null.
bool is_absent(const Json& object, const char* name);

}  // namespace hansom::net
