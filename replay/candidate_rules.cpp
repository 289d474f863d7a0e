#include "replay/candidate_rules.hpp"

#include <algorithm>

namespace hansom::replay {
namespace {

using Candidates = std::vector<Candidate>;

/// Drivers are sorted by chords, and distances are arcs, so their last digits may disagree.
constexpr double slack_m = 0.5;

bool are_different(const Candidates& candidates) {
  std::vector<AccountId> drivers;
  for (const auto& candidate : candidates) drivers.push_back(candidate.driver);
  std::ranges::sort(drivers, std::less{});
  return std::ranges::adjacent_find(drivers) == drivers.end();
}

bool have_chosen(const Candidates& candidates, std::optional<AccountId> chosen) {
  Candidates found;
  std::ranges::copy_if(candidates, std::back_inserter(found),
                       [](const auto& each) { return each.verdict == Verdict::chosen; });
  return chosen ? found.size() == 1 && found.front().driver == *chosen : found.empty();
}

/// Who can't be asked is passed over for the reason that there is, and nobody else is.
bool is_judged_rightly(const Candidate& candidate, const Booking& booking) {
  const bool is_own = candidate.driver == booking.customer.account;
  const bool was_asked = std::ranges::find(booking.asked, candidate.driver) != booking.asked.end();
  return (candidate.verdict == Verdict::own_booking) == is_own &&
         (candidate.verdict == Verdict::already_asked) == was_asked;
}

/// Whoever has a position comes before those without.
bool is_behind(const Candidate& candidate, const Candidate& chosen) {
  if (!chosen.distance_m) return false;
  return !candidate.distance_m || *candidate.distance_m + slack_m >= *chosen.distance_m;
}

/// Who was eligible and not taken was looked at after the one who was, and is no nearer.
bool are_in_order(const Candidates& candidates) {
  const Candidate* chosen = nullptr;
  for (const auto& each : candidates) {
    if (each.verdict == Verdict::chosen) chosen = &each;
    const bool is_farther = each.verdict == Verdict::farther;
    const bool waited_less = each.verdict == Verdict::waited_less;
    if ((is_farther || waited_less) && !chosen) return false;
    if (is_farther && !is_behind(each, *chosen)) return false;
    if (waited_less && each.distance_m != chosen->distance_m) return false;
  }
  return true;
}

}  // namespace

Objection objection_to_candidates(const Candidates& candidates, std::optional<AccountId> chosen,
                                  const Booking& booking, const Accounts& accounts) {
  const bool may_be_asked = std::ranges::all_of(
      candidates, [&](const auto& each) { return is_active(accounts, each.driver, Role::driver); });
  const bool are_judged_rightly = std::ranges::all_of(
      candidates, [&](const auto& each) { return is_judged_rightly(each, booking); });
  return first_broken(
      {{are_different(candidates), "a candidate stands there twice"},
       {may_be_asked, "a candidate could not be asked"},
       {have_chosen(candidates, chosen), "the candidates say otherwise who was chosen"},
       {are_judged_rightly, "a candidate has the wrong verdict"},
       {are_in_order(candidates), "the candidates are out of order"}});
}

}  // namespace hansom::replay
