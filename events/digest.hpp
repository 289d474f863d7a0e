#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hansom {

/// A SHA-256.
using Digest = std::array<unsigned char, 32>;

/// The hash of the parts in a row.
Digest sha256(std::initializer_list<std::string_view> parts);

/// 64 lower-case hexadecimal digits.
std::string to_hex(const Digest& digest);
/// Reads what `to_hex` wrote; anything else gives nothing.
std::optional<Digest> parse_hex(std::string_view hex);

}  // namespace hansom
