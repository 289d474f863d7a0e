#include "net/tokens/base64url.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace hansom::net {

TEST_CASE("bytes are written as RFC 4648 does, without padding", "[base64url]") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"f", "Zg"},
      {"fo", "Zm8"},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg"},
      {"fooba", "Zm9vYmE"},
      {"foobar", "Zm9vYmFy"},
      {"\xfb\xff\xfe", "-__-"},
      {std::string(3, '\0'), "AAAA"},
  }));
  CHECK(encode_base64url(bytes) == text);
  CHECK(decode_base64url(text) == bytes);
}

TEST_CASE("any bytes come back as they were", "[base64url]") {
  std::mt19937 random(2026);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    CHECK(decode_base64url(encode_base64url(bytes)) == bytes);
  }
}

TEST_CASE("what the encoder can't have written is not read", "[base64url]") {
  const std::string text = GENERATE(as<std::string>{}, "Zg==", "Zm8=", "=", "Z", "Zm9vY", "Zm 9v",
                                    "Zm9v\n", "+/++", "Zm9v.", std::string("Zm\0v", 4), "Zm9\xc3");
  CHECK_FALSE(decode_base64url(text));
}

TEST_CASE("bytes have one spelling: no bits are left over at the end", "[base64url]") {
  CHECK(decode_base64url("Zg"));
  for (const auto* other : {"Zh", "Zi", "Zv", "Zm9", "Zm-", "AAB"}) {
    CHECK_FALSE(decode_base64url(other));
  }
}

TEST_CASE("every other character than the alphabet's 64 is refused", "[base64url]") {
  int accepted = 0;
  for (int c = 0; c < 256; ++c) {
    accepted += decode_base64url(std::string(4, static_cast<char>(c))).has_value();
  }
  CHECK(accepted == 64);
}

}  // namespace hansom::net
