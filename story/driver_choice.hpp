#pragma once

#include "events/event.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hansom::story {

/// The drivers who were looked at when the event came of a search for one, in that order; null for
/// another event.
const std::vector<Candidate>* candidates_in(const Event& event);

/// The one who was asked, or null.
const Candidate* chosen_of(std::span<const Candidate> candidates);

/// Why a candidate was or was not taken; `chosen_m` is how far the chosen one was away.
std::string explanation(const Candidate& candidate, std::optional<double> chosen_m);

}  // namespace hansom::story
