#pragma once

#include "engine/renderer.hpp"
#include "story/names.hpp"

#include <span>
#include <string>

namespace hansom::replay {

/// A booking's story as a sequence diagram in the language of Mermaid: who caused what, and what
/// was sent to whom.
std::string mermaid_diagram(std::span<const Envelope> events, const Renderer& renderer,
                            const story::Names& names);

}  // namespace hansom::replay
