#pragma once

#include "engine/renderer.hpp"

namespace hansom::net::rooms {

// The words of `seeds/rooms-websocket-api.md` on sockets. See `Renderer` for what each function
// says.

Frame news_to_room(const Envelope& envelope);
/// The document's own words for what it names, and the refusal's for all else.
Frame error(const Refusal& refusal);

}  // namespace hansom::net::rooms
