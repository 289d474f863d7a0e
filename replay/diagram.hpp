#pragma once

#include "engine/renderer.hpp"
#include "replay/names.hpp"

#include <span>
#include <string>

namespace hansom::replay {

/// A booking's story as a sequence diagram in the language of Mermaid: who caused what, and what
/// was sent to whom.
std::string mermaid_diagram(std::span<const Envelope> events, const Renderer& renderer,
                            const Names& names);

}  // namespace hansom::replay
