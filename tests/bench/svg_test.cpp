// The bench's drawings: where the ticks are, and what gets into them.

#include "bench/svg.hpp"

#include "bench/axis.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hansom::bench;
using Ticks = std::vector<double>;

Row row(const std::string& in_flight, const std::string& sync, std::vector<double> runs) {
  return {{{"in flight", in_flight}, {"sync", sync}}, {{"commands/s", {std::move(runs)}}}};
}

std::string drawn(const std::vector<Row>& rows, const Plot& plot) {
  const Report report{"engine", "rides & more", rows, {{"runs", "3"}}};
  return as_svg(report, {&plot, 1}, {"A <processor>", 2, "Linux", "optimised"});
}

const Plot by_in_flight{"Rides", "in flight", {"commands/s"}, "commands/s", {"sync"}};

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a linear axis begins at 0 and has round ticks up to above the highest value") {
  CHECK(Axis(Scale::linear, 3, 9.5).ticks().front() == 0);
  CHECK(Axis(Scale::linear, 3, 9.5).ticks().back() == 10);
  CHECK(Axis(Scale::linear, 0, 71'000).ticks() == Ticks{0, 20'000, 40'000, 60'000, 80'000});
  CHECK(Axis(Scale::linear, 0, 0).ticks().size() >= 2);
}

TEST_CASE("a logarithmic axis has ticks at 1, 2, 5 over few decades, else at powers of ten") {
  CHECK(Axis(Scale::logarithmic, 3, 40).ticks() == Ticks{2, 5, 10, 20, 50});
  CHECK(Axis(Scale::logarithmic, 1, 20'000).ticks() == Ticks{1, 10, 100, 1'000, 10'000, 100'000});
  CHECK(Axis(Scale::logarithmic, 5, 5).ticks() == Ticks{5, 10});
}

TEST_CASE("values lie on an axis where the scale puts them") {
  const Axis linear(Scale::linear, 0, 100);
  CHECK(linear.at(0) == 0);
  CHECK(linear.at(50) == Approx(0.5));
  const Axis logarithmic(Scale::logarithmic, 1, 10'000);
  CHECK(logarithmic.at(1) == 0);
  CHECK(logarithmic.at(100) == Approx(0.5));
}

TEST_CASE("numbers of ticks are short, and thousands set apart") {
  CHECK(tick_text(0) == "0");
  CHECK(tick_text(0.5) == "0.5");
  CHECK(tick_text(70'000) == "70 000");
  CHECK(tick_text(1'500'000) == "1 500 000");
}

TEST_CASE("each series is a line, each row a point, with a bar where runs differ") {
  const auto svg = drawn({row("1", "on", {3, 4, 5}), row("16", "on", {30}), row("1", "off", {6, 7}),
                          row("16", "off", {60})},
                         by_in_flight);
  CHECK(occurrences(svg, "<path ") == 2);
  CHECK(occurrences(svg, "<circle ") == 4);
  CHECK(occurrences(svg, "opacity=\"0.75\"") == 2 * 3);
  CHECK(svg.find("sync on") != svg.npos);
  CHECK(svg.find("sync off") != svg.npos);
}

TEST_CASE("rows without a number on the axis, or without the result, are left out") {
  const auto svg =
      drawn({row("1", "on", {3}), row("-", "on", {4}), row("2", "on", {})}, by_in_flight);
  CHECK(occurrences(svg, "<circle ") == 1);
}

TEST_CASE("a plot of which nothing was measured is left out") {
  CHECK(drawn({row("-", "on", {3})}, by_in_flight).find("Rides") == std::string::npos);
}

TEST_CASE("categories are columns in the order of their rows") {
  auto plot = by_in_flight;
  plot.x = "sync";
  plot.series = {};
  plot.x_scale = Scale::categories;
  const auto svg = drawn({row("1", "on", {3}), row("1", "off", {4})}, plot);
  CHECK(occurrences(svg, "<path ") == 0);
  CHECK(occurrences(svg, "<rect ") == 1 + 2);  // and the background
  CHECK(svg.find(">on<") < svg.find(">off<"));
}

TEST_CASE("a drawing names setup, options and machine, with all text escaped") {
  const auto svg = drawn({row("1", "<b>", {3})}, by_in_flight);
  CHECK(svg.find("rides &amp; more") != svg.npos);
  CHECK(svg.find("hansom-bench engine --runs 3") != svg.npos);
  CHECK(svg.find("A &lt;processor&gt;, 2 cores") != svg.npos);
  CHECK(svg.find("<b>") == svg.npos);
  CHECK(xml_escaped("\"a\" & <b>\n") == "&quot;a&quot; &amp; &lt;b&gt; ");
}
