#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hansom::net {

/// RFC 4648, section 5, without padding.
std::string encode_base64url(std::string_view bytes);

/// Reads exactly what `encode_base64url` can write: padding, other characters, and stray bits at
/// the end give nothing, so that one signature has one spelling.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace hansom::net
