#include "net/dialects/countries.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace hansom::net {
namespace {

constexpr Country countries[] = {
#include "net/dialects/countries.inc"
};

// The search needs the order; that it is strict also means that no code stands there twice.
static_assert(std::ranges::adjacent_find(countries, std::ranges::greater_equal{}, &Country::code) ==
              std::ranges::end(countries));

}  // namespace

const Country* find_country(std::string_view code) {
  const auto* found = std::ranges::lower_bound(countries, code, {}, &Country::code);
  return found != std::ranges::end(countries) && found->code == code ? found : nullptr;
}

std::span<const Country> all_countries() { return countries; }

}  // namespace hansom::net
