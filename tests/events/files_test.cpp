#include "events/files.hpp"

#include "tests/support/files.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

constexpr auto owner_alone = fs::perms::owner_read | fs::perms::owner_write;

}  // namespace

TEST_CASE("a file is replaced whole, and nothing else is left in its folder", "[files]") {
  const TempFolder folder;
  const auto file = folder / "file";
  for (const auto* text : {"a longer text", "short", ""}) {
    REQUIRE(replace_file(file, text, 0644));
    CHECK(contents_of(folder.path()) == std::map<std::string, std::string>{{"file", text}});
  }
}

TEST_CASE("a file that was never there is made with the mode that was asked for", "[files]") {
  const TempFolder folder;
  REQUIRE(replace_file(folder / "secret", "text", 0600));
  CHECK(fs::status(folder / "secret").permissions() == owner_alone);
}

TEST_CASE("a file that can't be replaced stays, and it is said in one line why", "[files]") {
  const TempFolder folder;
  const auto file = folder / "file";
  REQUIRE(replace_file(file, "before", 0644));
  fs::create_directory(folder / "file.new");  // in the way
  const auto replaced = replace_file(file, "after", 0644);
  REQUIRE_FALSE(replaced);
  CHECK(replaced.error().find("file.new") != std::string::npos);
  CHECK(replaced.error().find('\n') == std::string::npos);
  CHECK(read_file(file) == "before");
}

TEST_CASE("a folder that is not there can't be made durable", "[files]") {
  const TempFolder folder;
  CHECK(sync_folder(folder.path()));
  CHECK_FALSE(sync_folder(folder / "nowhere"));
  CHECK_FALSE(replace_file(folder / "nowhere/file", "text", 0644));
}

TEST_CASE("a file is loaded whole, of whatever length; one that is not there is none", "[files]") {
  const TempFolder folder;
  const auto file = folder / "file";
  const auto none = load_file(file);
  REQUIRE(none);
  CHECK_FALSE(*none);
  constexpr std::size_t mebi = 1u << 20;  // so much is read at once
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, mebi - 1, mebi, mebi + 1, 3 * mebi}) {
    std::string text(length, 'x');
    if (length > 2) text[length / 2] = '\0';
    write_file(file, text);
    const auto loaded = load_file(file);
    REQUIRE(loaded);
    CHECK(*loaded == text);
  }
}

TEST_CASE("a file that can't be read says so in one line", "[files]") {
  const TempFolder folder;
  write_file(folder / "file", "text");
  for (const auto& file : {folder.path(), folder / "file/below"}) {
    const auto loaded = load_file(file);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().find(file.string()) != std::string::npos);
    CHECK(loaded.error().find('\n') == std::string::npos);
  }
}

}  // namespace hansom
