#include "net/dialects/countries.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>

namespace hansom::net {
namespace {

bool is_lower_case_uuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const std::string_view allowed = hyphen ? "-" : "0123456789abcdef";
    if (!allowed.contains(id[i])) return false;
  }
  return true;
}

bool is_calling_code(std::string_view code) {
  // E.164 gives a country code one to three digits, the first of which is never zero.
  return code.size() >= 2 && code.size() <= 4 && code[0] == '+' && code[1] != '0' &&
         code.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

TEST_CASE("every country of ISO 3166-1 is in the table", "[countries]") {
  CHECK(all_countries().size() == 249);
}

TEST_CASE("every country is found by its code", "[countries]") {
  for (const Country& country : all_countries()) {
    INFO(country.code);
    CHECK(find_country(country.code) == &country);
  }
}

TEST_CASE("New Zealand is as the taxi document shows it", "[countries]") {
  const Country* country = find_country("NZ");
  REQUIRE(country != nullptr);
  CHECK(country->code == "NZ");
  CHECK(country->name == "New Zealand");
  CHECK(country->calling_code == "+64");
  CHECK(country->phone_limit == 10);
}

TEST_CASE("the id of a country stays what it was when clients first stored it", "[countries]") {
  const Country* country = find_country("NZ");
  REQUIRE(country != nullptr);
  CHECK(country->id == "972954e1-a86a-5ba3-ba9b-a69b9498715a");
}

TEST_CASE("an unknown code finds no country", "[countries]") {
  const std::string_view code = GENERATE("AA", "ZZ", "XK", "UK", "99", "+64", "N", "NZL", "NZ ");
  INFO(code);
  CHECK(find_country(code) == nullptr);
}

TEST_CASE("a code in lower case finds no country", "[countries]") {
  CHECK(find_country("nz") == nullptr);
  CHECK(find_country("Nz") == nullptr);
}

TEST_CASE("an empty code finds no country", "[countries]") {
  CHECK(find_country("") == nullptr);
  CHECK(find_country(std::string_view{}) == nullptr);
}

TEST_CASE("every country has a code of two upper case letters", "[countries]") {
  for (const Country& country : all_countries()) {
    INFO(country.code);
    CHECK(country.code.size() == 2);
    CHECK(std::ranges::all_of(country.code, [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
}

TEST_CASE("every country has a name of its own", "[countries]") {
  std::set<std::string_view> names;
  for (const Country& country : all_countries()) {
    INFO(country.code);
    CHECK_FALSE(country.name.empty());
    CHECK(names.insert(country.name).second);
  }
}

TEST_CASE("no name is in the inverted form of the standard", "[countries]") {
  // Here a comma separates the members of a group, which always ends in "and".
  for (const Country& country : all_countries()) {
    INFO(country.name);
    CHECK((!country.name.contains(',') || country.name.contains(" and ")));
  }
}

TEST_CASE("every country has a UUID of its own", "[countries]") {
  std::set<std::string_view> ids;
  for (const Country& country : all_countries()) {
    INFO(country.code);
    CHECK(is_lower_case_uuid(country.id));
    CHECK(ids.insert(country.id).second);
  }
}

TEST_CASE("every country has a calling code", "[countries]") {
  for (const Country& country : all_countries()) {
    INFO(country.code << ' ' << country.calling_code);
    CHECK(is_calling_code(country.calling_code));
  }
}

TEST_CASE("a territory without numbers of its own has the code that serves it", "[countries]") {
  struct Rule {
    std::string_view territory, served_with;
  };
  const Rule rule = GENERATE(Rule{"AQ", "NF"}, Rule{"BV", "NO"}, Rule{"GS", "FK"}, Rule{"HM", "NF"},
                             Rule{"PN", "NZ"}, Rule{"TF", "RE"}, Rule{"UM", "US"});
  INFO(rule.territory);
  const Country* territory = find_country(rule.territory);
  const Country* served_with = find_country(rule.served_with);
  REQUIRE(territory != nullptr);
  REQUIRE(served_with != nullptr);
  CHECK(territory->calling_code == served_with->calling_code);
  CHECK(territory->phone_limit == served_with->phone_limit);
}

TEST_CASE("the lengths follow the numbering plans of today", "[countries]") {
  struct Plan {
    std::string_view code;
    int phone_limit;
  };
  // Benin's numbers grew in 2024; Mexico's mobile numbers lost their leading 1 in 2019.
  const Plan plan = GENERATE(Plan{"BJ", 10}, Plan{"MX", 10}, Plan{"PM", 9});
  INFO(plan.code);
  const Country* country = find_country(plan.code);
  REQUIRE(country != nullptr);
  CHECK(country->phone_limit == plan.phone_limit);
}

TEST_CASE("every limit is the length of a telephone number", "[countries]") {
  for (const Country& country : all_countries()) {
    INFO(country.code);
    CHECK(country.phone_limit >= 3);
    CHECK(country.phone_limit <= 15);
  }
}

}  // namespace
}  // namespace hansom::net
