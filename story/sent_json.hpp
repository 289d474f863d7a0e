#pragma once

#include "story/story.hpp"

#include <span>
#include <string>

namespace hansom::story {

/// Appends `[{"to":"driver","account":"..","frame":{..}}]`, with the frames as they are. The
/// account is null where they went to every connected driver of campus.
void write_sent(std::span<const SentFrame> sent, std::string& out);

/// `{"event":{..},"sent":[..]}`, with the event as the log has it.
std::string event_as_json(const Envelope& envelope, std::span<const SentFrame> sent);

}  // namespace hansom::story
