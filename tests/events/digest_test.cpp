#include "events/digest.hpp"

#include <catch2/catch.hpp>

namespace hansom {

TEST_CASE("a digest is the SHA-256 of its parts in a row", "[digest]") {
  // FIPS 180-2, appendix B.1
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(to_hex(sha256({"abc"})) == abc);
  CHECK(to_hex(sha256({"a", "", "bc"})) == abc);
}

TEST_CASE("a digest is written in 64 lower-case digits, and only those are read", "[digest]") {
  Digest digest{};
  digest.front() = 0x0f;
  digest.back() = 0xa9;
  const auto hex = to_hex(digest);
  CHECK(hex == "0f" + std::string(60, '0') + "a9");
  CHECK(parse_hex(hex) == digest);
  CHECK_FALSE(parse_hex(""));
  CHECK_FALSE(parse_hex(hex + "0"));
  CHECK_FALSE(parse_hex(hex.substr(1)));
  auto wrong = hex;
  wrong[5] = GENERATE('g', 'A', ' ', '/', ':', '`', '\0');
  CHECK_FALSE(parse_hex(wrong));
}

}  // namespace hansom
