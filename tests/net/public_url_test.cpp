#include "net/dialects/public_url.hpp"

#include "tests/support/files.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {

TEST_CASE("the address that was noted last is known, and without one the server's own default",
          "[public_url]") {
  const TempFolder folder;
  CHECK(noted_public_url(folder.path()) == "http://127.0.0.1:8080");
  for (const auto* url : {"https://rides.example.com", "http://[::1]:8080"}) {
    REQUIRE(note_public_url(folder.path(), url));
    CHECK(noted_public_url(folder.path()) == url);
    CHECK(read_file(public_url_file(folder.path())) == std::string(url) + "\n");
  }
  CHECK(contents_of(folder.path()).size() == 1);
}

TEST_CASE("an address that stands in the folder is not written again", "[public_url]") {
  const TempFolder folder;
  REQUIRE(note_public_url(folder.path(), "https://rides.example.com"));
  fs::create_directory(folder / "public-url.new");  // where it would be written first
  CHECK(note_public_url(folder.path(), "https://rides.example.com"));
  const auto noted = note_public_url(folder.path(), "https://other.example.com");
  REQUIRE_FALSE(noted);
  CHECK(noted.error().find('\n') == std::string::npos);
  CHECK(noted_public_url(folder.path()) == "https://rides.example.com");
}

TEST_CASE("an address that can't be read is taken for none", "[public_url]") {
  const TempFolder folder;
  fs::create_directory(public_url_file(folder.path()));
  CHECK(noted_public_url(folder.path()) == "http://127.0.0.1:8080");
  CHECK_FALSE(note_public_url(folder / "nowhere", "https://rides.example.com"));
}

}  // namespace hansom::net
