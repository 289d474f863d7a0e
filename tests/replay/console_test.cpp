#include "replay/console.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <limits>
#include <sstream>

namespace hansom::replay {

TEST_CASE("the thousands of a number are set apart", "[replay]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(7) == "7");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(12'345) == "12,345");
  CHECK(grouped(123'456) == "123,456");
  CHECK(grouped(1'234'567) == "1,234,567");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
}

TEST_CASE("a text is coloured on a console that has colours", "[replay]") {
  std::ostringstream out, err;
  const Console plain(out, err, false, false), coloured(out, err, true, false);
  for (const auto colour :
       {Colour::dim, Colour::red, Colour::green, Colour::yellow, Colour::blue, Colour::bold}) {
    CHECK(plain.painted(colour, "text") == "text");
    const auto painted = coloured.painted(colour, "text");
    CHECK(painted.starts_with("\033["));
    CHECK(painted.ends_with("mtext\033[0m"));
  }
  CHECK(coloured.painted(Colour::none, "text") == "text");
}

TEST_CASE("progress is shown on a terminal, on one line that is gone at the end", "[replay]") {
  std::ostringstream out, err;
  Console console(out, err, false, true);
  {
    Progress progress(console, "verifying", 4'000);
    progress.reached(1);
    CHECK(err.str().empty());  // not at once
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (err.str().empty() && std::chrono::steady_clock::now() < deadline) {
      progress.reached(1'500);
    }
    CHECK(err.str().starts_with("\r\033[Kverifying: 1,500 of 4,000, "));
    CHECK(err.str().ends_with(" left"));
  }
  CHECK(err.str().ends_with("\r\033[K"));
  CHECK(err.str().find('\n') == std::string::npos);
  CHECK(out.str().empty());
}

TEST_CASE("what was over before progress was shown leaves nothing on the console", "[replay]") {
  std::ostringstream out, err;
  Console console(out, err, false, true);
  Progress(console, "verifying", 2).reached(2);
  CHECK(err.str().empty());
}

}  // namespace hansom::replay
