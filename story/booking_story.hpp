#pragma once

#include "engine/renderer.hpp"
#include "story/names.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace hansom::story {

/// A booking's whole story as one JSON object (net/admin-api.md): each event after the position
/// `after`, what was sent because of it, the snapshot of each side then, and who was looked at
/// where a driver was searched for. Ends early once it is longer than `bytes_max`, with at least
/// one event; `next_after` then says where to go on. REQUIRES: there are events.
std::string story_as_json(std::span<const Envelope> events, const Renderer& renderer,
                          const Names& names, Position after, std::size_t bytes_max);

}  // namespace hansom::story
