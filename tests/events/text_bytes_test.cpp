#include "events/text_bytes.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace hansom {

TEST_CASE("what JSON escapes ends the plain bytes, wherever it stands", "[text_bytes]") {
  for (const unsigned char byte : {0x00, 0x1f, 0x0a, 0x22, 0x5c}) {
    for (std::size_t place = 0; place < 24; ++place) {
      std::string text(24, '~');
      text[place] = static_cast<char>(byte);
      CHECK(plain_bytes(text) == place);
    }
  }
}

TEST_CASE("all else is plain, up to the last whole word", "[text_bytes]") {
  for (int byte = 0x20; byte < 0x100; ++byte) {
    if (byte == '"' || byte == '\\') continue;
    CHECK(plain_bytes(std::string(20, static_cast<char>(byte))) == 16);
  }
  CHECK(plain_bytes("") == 0);
  CHECK(plain_bytes("1234567") == 0);
}

TEST_CASE("code points are counted wherever the first byte beyond ASCII stands", "[text_bytes]") {
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string ascii(before, 'a');
    CHECK(count_code_points(ascii) == before);
    CHECK(count_code_points(ascii + "é👶" + ascii) == 2 * before + 2);
    CHECK_FALSE(count_code_points(ascii + "\xc3"));
    CHECK_FALSE(count_code_points(ascii + "\xed\xa0\x80" + ascii));
  }
}

}  // namespace hansom
