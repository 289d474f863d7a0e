#include "replay/table.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace hansom::replay {

TEST_CASE("columns are as wide as they have to be, in characters", "[replay]") {
  std::ostringstream out, err;
  Console console(out, err, false, false);
  Table table({"who", "n", ""});
  table.add({"Bob", "5", ""});
  table.add({"M\u00fcller", "1234", "x"});
  table.print(console);
  CHECK(out.str() ==
        "who        n\n"
        "Bob        5\n"
        "M\u00fcller  1234  x\n");
}

TEST_CASE("only the headings of a table are painted", "[replay]") {
  std::ostringstream out, err;
  Console console(out, err, true, false);
  Table table({"who", "n"});
  table.add({"Bob", "5"});
  table.print(console);
  CHECK(out.str() == console.painted(Colour::bold, "who  n") + "\nBob  5\n");
}

}  // namespace hansom::replay
