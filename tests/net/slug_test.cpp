#include "net/dialects/slug.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {

TEST_CASE("a slug has letters, digits, dashes and underscores, and begins with one of the first",
          "[slug]") {
  for (const auto& slug : {std::string("a"), std::string("7"), std::string("physics-101"),
                           std::string("a_b-"), std::string("0-_"), std::string(64, 'a')}) {
    INFO(slug);
    CHECK(is_slug(slug));
  }
  for (const auto& text :
       {std::string(), std::string("-a"), std::string("_a"), std::string("Physics"),
        std::string("a b"), std::string("a/b"), std::string("a.b"), std::string("ä"),
        std::string("a\n"), std::string("a\0b", 3), std::string(65, 'a')}) {
    INFO(text);
    CHECK_FALSE(is_slug(text));
  }
}

TEST_CASE("a slug is made of a name's letters and digits", "[slug]") {
  const auto [name, slug] = GENERATE(table<std::string, std::string>({
      {"Physics", "physics"},
      {"Physics 101", "physics-101"},
      {"  Physics -- 101!  ", "physics-101"},
      {"snake_case", "snake_case"},
      {"__init__", "init__"},
      {"_ _a", "a"},
      {"a _b", "a-_b"},
      {"C++ & you", "c-you"},
      {"Ärger", "rger"},
      {"naïve", "na-ve"},
      {"物理", ""},
      {"", ""},
      {"!!!", ""},
      {"__", ""},
      {"7", "7"},
      {"don't", "don-t"},
  }));
  CHECK(slug_of(name) == slug);
}

TEST_CASE("a slug that is made is one, of any name with a letter or digit", "[slug]") {
  for (int c = 0; c < 256; ++c) {
    const std::string character(1, static_cast<char>(c));
    INFO(c);
    const auto alone = slug_of(character);
    CHECK((alone.empty() || is_slug(alone)));
    CHECK(is_slug(slug_of("a" + character + "b")));
    CHECK(is_slug(slug_of(std::string(63, 'a') + character + "b")));
    CHECK(is_slug(slug_of(std::string(64, 'a') + character + "b")));
  }
}

TEST_CASE("a slug that is made is cut to its length, without a dash at the end", "[slug]") {
  CHECK(slug_of(std::string(100, 'A')) == std::string(64, 'a'));
  CHECK(slug_of(std::string(62, 'a') + " bc") == std::string(62, 'a') + "-b");
  CHECK(slug_of(std::string(63, 'a') + " bc") == std::string(63, 'a'));
}

}  // namespace hansom::net
