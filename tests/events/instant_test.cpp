#include "events/instant.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace hansom {

TEST_CASE("an instant is written in UTC with the digits that were asked for", "[instant]") {
  CHECK(to_iso(noon, Fraction::milliseconds) == "2026-05-12T10:30:00.000Z");
  CHECK(to_iso(noon, Fraction::microseconds) == "2026-05-12T10:30:00.000000Z");
  CHECK(to_iso(noon + 1us, Fraction::microseconds) == "2026-05-12T10:30:00.000001Z");
  CHECK(to_iso(noon + 45'678ms, Fraction::milliseconds) == "2026-05-12T10:30:45.678Z");
}

TEST_CASE("what lies below the fraction is cut, not rounded", "[instant]") {
  CHECK(to_iso(noon + 999'999us, Fraction::milliseconds) == "2026-05-12T10:30:00.999Z");
}

TEST_CASE("an instant before 1970 is written right", "[instant]") {
  CHECK(to_iso(Instant{-1us}, Fraction::microseconds) == "1969-12-31T23:59:59.999999Z");
  CHECK(to_iso(Instant{-1us}, Fraction::milliseconds) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("an instant is read with no digit of fraction to six", "[instant]") {
  const auto [text, instant] = GENERATE(table<const char*, Instant>({
      {"2026-05-12T10:30:00Z", noon},
      {"2026-05-12T10:30:00.1Z", noon + 100ms},
      {"2026-05-12T10:30:00.12Z", noon + 120ms},
      {"2026-05-12T10:30:00.123Z", noon + 123ms},
      {"2026-05-12T10:30:00.1234Z", noon + 123'400us},
      {"2026-05-12T10:30:00.12345Z", noon + 123'450us},
      {"2026-05-12T10:30:00.123456Z", noon + 123'456us},
      {"2026-05-12T10:30:00.000001Z", noon + 1us},
      {"1970-01-01T00:00:00Z", Instant{}},
      {"1969-12-31T23:59:59.999999Z", Instant{-1us}},
      {"2024-02-29T00:00:00Z", Instant{1'709'164'800s}},
  }));
  INFO(text);
  CHECK(parse_iso(text) == instant);
}

TEST_CASE("what is no instant in UTC is not read", "[instant]") {
  const std::string text = GENERATE(
      as<std::string>{}, "", "Z", "2026-05-12", "2026-05-12T10:30:00", "2026-05-12T10:30Z",
      "2026-05-12T10:30:00.Z", "2026-05-12T10:30:00.1234567Z", "2026-05-12T10:30:00,5Z",
      "2026-05-12T10:30:00z", "2026-05-12t10:30:00Z", "2026-05-12 10:30:00Z",
      "2026-05-12T10:30:00+00:00", "2026-05-12T10:30:00ZZ", "2026-05-12T10:30:00Z ",
      " 2026-05-12T10:30:00Z", "2026-5-12T10:30:00Z", "26-05-12T10:30:00Z", "2026-13-01T00:00:00Z",
      "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-05-00T00:00:00Z",
      "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-05-12T24:00:00Z",
      "2026-05-12T10:60:00Z", "2026-05-12T10:30:60Z", "2026-05-12T-1:30:00Z",
      "+026-05-12T10:30:00Z", "2026-05-12T10:30:00.-5Z", "2026/05/12T10:30:00Z", "20260512T103000Z",
      std::string("2026-05-12T10:30:00\0Z", 21));
  INFO(text);
  CHECK_FALSE(parse_iso(text));
}

TEST_CASE("an instant cut off anywhere is not read", "[instant]") {
  const std::string text = "2026-05-12T10:30:00.123456Z";
  for (std::size_t size = 0; size < text.size(); ++size) {
    INFO(size);
    CHECK_FALSE(parse_iso(text.substr(0, size)));
  }
}

TEST_CASE("what was written to the microsecond is read as it was", "[instant]") {
  std::mt19937_64 random(2026);
  const auto first = *parse_iso("0001-01-01T00:00:00Z");
  const auto last = *parse_iso("9999-12-31T23:59:59.999999Z");
  const auto range = static_cast<std::uint64_t>((last - first).count());
  for (int i = 0; i < 2'000; ++i) {
    const auto instant = first + std::chrono::microseconds(random() % range);
    CHECK(parse_iso(to_iso(instant, Fraction::microseconds)) == instant);
  }
}

}  // namespace hansom
