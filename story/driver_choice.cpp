#include "story/driver_choice.hpp"

#include "story/describe.hpp"

#include <algorithm>

namespace hansom::story {

const std::vector<Candidate>* candidates_in(const Event& event) {
  const auto* of_booking = std::get_if<BookingEvent>(&event);
  if (!of_booking) return nullptr;
  if (const auto* assigned = std::get_if<DriverAssigned>(of_booking)) return &assigned->candidates;
  const auto* cancelled = std::get_if<BookingCancelled>(of_booking);
  return cancelled ? &cancelled->candidates : nullptr;
}

const Candidate* chosen_of(std::span<const Candidate> candidates) {
  const auto found = std::ranges::find(candidates, Verdict::chosen, &Candidate::verdict);
  return found == candidates.end() ? nullptr : &*found;
}

std::string explanation(const Candidate& candidate, std::optional<double> chosen_m) {
  switch (candidate.verdict) {
    case Verdict::chosen:
      return candidate.distance_m ? "chosen: the nearest who could be asked"
                                  : "chosen: nobody nearer has a position";
    case Verdict::already_asked:
      return "not asked again: had this booking before";
    case Verdict::own_booking:
      return "not asked: it is their own booking";
    case Verdict::farther:
      if (!candidate.distance_m) return "not asked: has no position";
      return chosen_m ? "not asked: " + distance(*candidate.distance_m - *chosen_m) + " farther"
                      : "not asked: farther";
    case Verdict::waited_less:
      return std::string("not asked: ") +
             (candidate.distance_m ? "as near" : "no position either") +
             ", and not the one who has waited longest";
  }
  return {};
}

}  // namespace hansom::story
