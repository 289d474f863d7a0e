#include "events/high_water_mark.hpp"

#include "tests/support/files.hpp"
#include "tests/support/printing.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

HighWaterMark mark_at(std::uint64_t position) {
  HighWaterMark mark{{position}, {}};
  mark.hash[0] = 0xab;
  mark.hash[31] = static_cast<unsigned char>(position);
  return mark;
}

const std::string hash = "ab" + std::string(60, '0') + "61";

}  // namespace

TEST_CASE("a mark is read as it was stored", "[mark]") {
  const TempFolder folder;
  const auto file = folder / "log.mark";
  for (const std::uint64_t position : {1ull, 97ull, 18446744073709551615ull}) {
    REQUIRE(store_mark(file, mark_at(position)));
    const auto read = load_mark(file);
    REQUIRE(read);
    CHECK(*read == mark_at(position));
  }
}

TEST_CASE("a mark's file is a line of JSON, and nothing else is left beside it", "[mark]") {
  const TempFolder folder;
  REQUIRE(store_mark(folder / "log.mark", mark_at(97)));
  CHECK(contents_of(folder.path()) ==
        std::map<std::string, std::string>{
            {"log.mark", "{\"position\":97,\"hash\":\"" + hash + "\"}\n"}});
}

TEST_CASE("a mark that was never stored is none", "[mark]") {
  const TempFolder folder;
  const auto read = load_mark(folder / "log.mark");
  REQUIRE(read);
  CHECK_FALSE(*read);
}

TEST_CASE("a mark is replaced though an earlier attempt was left half-written", "[mark]") {
  const TempFolder folder;
  write_file(folder / "log.mark.new", std::string(1000, 'x'));
  REQUIRE(store_mark(folder / "log.mark", mark_at(97)));
  CHECK(load_mark(folder / "log.mark").value() == mark_at(97));
}

TEST_CASE("a mark that can't be stored says so in one line and leaves the old one", "[mark]") {
  const TempFolder folder;
  REQUIRE(store_mark(folder / "log.mark", mark_at(97)));
  fs::create_directory(folder / "log.mark.new");  // in the way
  const auto stored = store_mark(folder / "log.mark", mark_at(98));
  REQUIRE_FALSE(stored);
  CHECK(stored.error().find("log.mark.new") != std::string::npos);
  CHECK(stored.error().find('\n') == std::string::npos);
  CHECK(load_mark(folder / "log.mark").value() == mark_at(97));
  CHECK_FALSE(store_mark(folder / "nowhere/log.mark", mark_at(98)));
}

TEST_CASE("a file that is no mark is an error that names it", "[mark]") {
  const TempFolder folder;
  const std::string bytes = GENERATE_COPY(
      as<std::string>{}, "", "\n", "garbage", "[]", "{}", "null", "97", std::string(100, '\0'),
      "{\"position\":97}", "{\"hash\":\"" + hash + "\"}",
      "{\"position\":\"97\",\"hash\":\"" + hash + "\"}",
      "{\"position\":-97,\"hash\":\"" + hash + "\"}",
      "{\"position\":97,\"hash\":\"" + hash + "0\"}",
      "{\"position\":97,\"hash\":\"" + hash.substr(1) + "\"}", "{\"position\":97,\"hash\":7}",
      "{\"position\":97,\"hash\":\"" + hash + "\"", std::string(100'000, '['));
  write_file(folder / "log.mark", bytes);
  const auto read = load_mark(folder / "log.mark");
  REQUIRE_FALSE(read);
  CHECK(read.error() == (folder / "log.mark").string() + " is no high-water mark");
}

TEST_CASE("a mark cut off anywhere is an error", "[mark]") {
  const TempFolder folder;
  const std::string whole = "{\"position\":97,\"hash\":\"" + hash + "\"}";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file(folder / "log.mark", whole.substr(0, size));
    INFO(size);
    CHECK_FALSE(load_mark(folder / "log.mark"));
  }
}

TEST_CASE("a mark that is a folder is an error", "[mark]") {
  const TempFolder folder;
  fs::create_directory(folder / "log.mark");
  CHECK_FALSE(load_mark(folder / "log.mark"));
}

}  // namespace hansom
