#include "events/ids.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <concepts>
#include <unordered_set>

namespace hansom {
namespace {

const std::string text = "0123abcd-4567-4890-abcd-ef0123456789";

}  // namespace

TEST_CASE("an id is written as it was read", "[ids]") {
  const auto id = BookingId::parse(text);
  REQUIRE(id);
  CHECK(to_string(*id) == text);
  CHECK(id->value.data[0] == 0x01);
  CHECK(id->value.data[15] == 0x89);
}

TEST_CASE("an id in upper case is the same id", "[ids]") {
  CHECK(BookingId::parse("0123ABCD-4567-4890-ABCD-EF0123456789") == BookingId::parse(text));
}

TEST_CASE("no other form of a UUID is an id", "[ids]") {
  const std::string other = GENERATE(
      as<std::string>{}, "", "1", "0123abcd456748 90abcdef0123456789",
      "0123abcd45674890abcdef0123456789", "{0123abcd-4567-4890-abcd-ef0123456789}",
      "{0123abcd-4567-4890-abcd-ef01234567}", "urn:uuid:0123abcd-4567-4890-abcd-ef0123456789",
      "0123abcd-4567-4890-abcd-ef012345678", "0123abcd-4567-4890-abcd-ef01234567890",
      "0123abcd-4567-4890-abcdef-0123456789", "0123abc-d4567-4890-abcd-ef0123456789",
      " 123abcd-4567-4890-abcd-ef0123456789", "../../../../../../../../etc/passwd..");
  INFO(other);
  CHECK_FALSE(BookingId::parse(other));
}

TEST_CASE("each character of an id is the dash or the digit that belongs there", "[ids]") {
  const std::string_view digits = "0123456789abcdefABCDEF";
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      auto changed = text;
      changed[i] = static_cast<char>(byte);
      const bool fits = text[i] == '-' ? byte == '-' : digits.contains(changed[i]);
      INFO("character " << i << " is " << byte);
      CHECK(BookingId::parse(changed).has_value() == fits);
    }
  }
}

TEST_CASE("ids of two kinds can't be mixed up", "[ids]") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<AccountId, BookingId>);
  STATIC_REQUIRE_FALSE(std::equality_comparable_with<AccountId, BookingId>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Position, Revision>);
}

TEST_CASE("ids are ordered by their bytes, and many have many hashes", "[ids]") {
  std::unordered_set<std::size_t> hashes;
  for (unsigned i = 0; i < 1'000; ++i) {
    CHECK(AccountId{uuid(i)} < AccountId{uuid(i + 1)});
    hashes.insert(std::hash<AccountId>{}(AccountId{uuid(i)}));
  }
  CHECK(hashes.size() == 1'000);
}

}  // namespace hansom
