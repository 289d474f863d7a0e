// What the bench takes from its command line, and what it refuses.

#include "bench/arguments.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hansom::bench;
using Words = std::vector<std::string>;

Arguments given(const Words& words) {
  return {{{"runs", "", "5"},
           {"rate", "", "20"},
           {"sockets", "", "1,10"},
           {"server", "", {}},
           {"unsynced", "", {}, true}},
          words};
}

std::string objection(const Words& words, void (*ask)(const Arguments&)) {
  try {
    ask(given(words));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

void ask_counts(const Arguments& given) { given.counts("sockets"); }
void ask_amount(const Arguments& given) { given.amount("rate"); }

}  // namespace

TEST_CASE("options that were not given have their defaults, or are missing") {
  const auto nothing = given({});
  CHECK(nothing.runs() == 5);
  CHECK(nothing.amount("rate") == 20);
  CHECK(nothing.counts("sockets") == std::vector<std::size_t>{1, 10});
  CHECK_FALSE(nothing.has("server"));
  CHECK_FALSE(nothing.has("unsynced"));
  CHECK_THROWS_AS(nothing.text("server"), UsageError);
  CHECK(nothing.all().size() == 3);
}

TEST_CASE("options are taken with a space and with an equals sign") {
  const auto some = given({"--rate", "0.5", "--sockets=3,4", "--unsynced"});
  CHECK(some.amount("rate") == 0.5);
  CHECK(some.counts("sockets") == std::vector<std::size_t>{3, 4});
  CHECK(some.has("unsynced"));
}

TEST_CASE("an option that is no number, or not a sensible one, is named") {
  for (const auto bad : {"0", "-1", "x", "1x", "", "1.5", "99999999999999999999", "1,", "1,,2"}) {
    INFO(bad);
    CHECK(objection({"--sockets", bad}, ask_counts).starts_with("--sockets"));
  }
  for (const auto bad : {"0", "-1", "x", "1x", "", "inf", "nan", "1e999", "1,2"}) {
    INFO(bad);
    CHECK(objection({"--rate", bad}, ask_amount).starts_with("--rate"));
  }
  CHECK(objection({"--rate", "0"}, ask_amount) == "--rate takes a number above 0, not '0'");
}

TEST_CASE("what is no option is refused") {
  CHECK_THROWS_AS(given({"--speed", "3"}), UsageError);
  CHECK_THROWS_AS(given({"fast"}), UsageError);
  CHECK_THROWS_AS(given({"--rate"}), UsageError);
}
