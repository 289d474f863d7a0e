#pragma once

#include <span>
#include <string_view>

namespace hansom::net {

/// A country of ISO 3166-1, as a `phone_code` object shows it.
///
/// All views are of static storage, in UTF-8.
struct Country {
  /// ISO 3166-1 alpha-2, upper case: `NZ`.
  std::string_view code;
  /// The short English name: `New Zealand`.
  std::string_view name;
  /// The international calling code with its plus sign: `+64`. It does not identify a country,
  /// for several may share one. Never empty: a territory without a code of its own has that of
  /// the numbering plan that serves it (the rules stand in make_countries.mjs).
  std::string_view calling_code;
  /// The digits of the longest national mobile number, without calling code and trunk prefix.
  int phone_limit;
  /// A UUID derived from the code, hence the same in every installation and release.
  std::string_view id;
};

/// The country with this ISO 3166-1 alpha-2 code (upper case), or null where there is none.
const Country* find_country(std::string_view code);

/// Every country of ISO 3166-1, sorted by code.
std::span<const Country> all_countries();

}  // namespace hansom::net
