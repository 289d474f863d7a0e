#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::story {

/// A frame with the length of its `chat_history` in place of that, or with `length` where it is
/// given: whoever has a booking's events has the messages once, and need not have them with each.
std::string without_transcript(std::string_view frame, std::optional<std::size_t> length = {});

}  // namespace hansom::story
