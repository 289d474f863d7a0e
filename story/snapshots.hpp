#pragma once

#include "engine/renderer.hpp"
#include "projections/booking.hpp"
#include "story/story.hpp"

#include <vector>

namespace hansom::story {

/// What each side that has to do with a booking is shown of it as it is: the answer to `resync`
/// with its id (the taxi document), or, of a campus ride in progress, what a connecting socket is
/// greeted with.
std::vector<SentFrame> snapshots(const Booking& booking, const Renderer& renderer);

}  // namespace hansom::story
