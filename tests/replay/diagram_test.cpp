#include "replay/diagram.hpp"

#include "net/dialects/wire_renderer.hpp"
#include "tests/support/fleet.hpp"

#include <catch2/catch.hpp>

#include <regex>
#include <set>
#include <sstream>

namespace hansom::replay {
namespace {

std::string diagram_of(const EventLog& log, BookingId booking) {
  const auto events = read_stream(log, StreamId(booking));
  return mermaid_diagram(events, net::WireRenderer(), story::Names(log, events));
}

/// A log with accounts of these names, and a booking that one has and the other drives.
struct Named {
  MemoryLog log;
  const BookingId booking{uuid(1)};

  Named(const std::string& customer, const std::string& driver, const std::string& text = "hi") {
    Story story;
    auto alice_then = registration_of(alice), bob_then = registration_of(bob);
    alice_then.name = customer;
    bob_then.name = driver;
    story.tell(StreamId(alice), Event(AccountEvent(alice_then)));
    story.tell(StreamId(bob), Event(AccountEvent(bob_then)));
    auto requested = requested_by(alice);
    requested.customer.name = customer;
    auto assigned = assigned_to(bob);
    assigned.driver.name = driver;
    story.tell(booking, requested, noon, hansom::customer(alice));
    story.tell(booking, assigned, noon, hansom::customer(alice));
    story.tell(booking, ChatMessageSent{Party::driver, text}, noon + 1s, hansom::driver(bob));
    story.tell(booking, OfferExpired{bob}, noon + 30s, timer);
    append(log, story, story.end().value);
  }
  std::string diagram() const { return diagram_of(log, booking); }
};

/// What is not a line of a diagram: only letters that mean nothing to Mermaid, and entities, stand
/// where people's words may be.
std::vector<std::string> lines_that_are_wrong(const std::string& diagram) {
  const std::string words = R"re((?:[^#;:<>"%{}()\[\]|`&\\\x01-\x1f\x7f]|#\d+;)*)re";
  const std::regex participant(R"re(  participant (\w+)(?: as )re" + words + ")?");
  const std::regex message(R"re(  (\w+)--?>>(\w+): )re" + words);
  std::vector<std::string> wrong;
  std::set<std::string> participants;
  std::istringstream lines(diagram);
  std::string line;
  if (!std::getline(lines, line) || line != "sequenceDiagram") wrong.push_back(line);
  bool is_declaring = true;
  while (std::getline(lines, line)) {
    std::smatch part;
    if (std::regex_match(line, part, participant)) {
      if (!is_declaring || !participants.insert(part[1]).second) wrong.push_back(line);
      continue;
    }
    is_declaring = false;
    const bool is_message = std::regex_match(line, part, message) &&
                            participants.contains(part[1]) && participants.contains(part[2]);
    if (!is_message) wrong.push_back(line);
  }
  if (!diagram.ends_with('\n')) wrong.push_back("no end of the last line");
  return wrong;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a booking's diagram shows who caused what, and who was told", "[replay]") {
  CHECK(Named("Alice", "Bob").diagram() ==
        "sequenceDiagram\n"
        "  participant hansom as Hansom\n"
        "  participant customer0 as customer Alice\n"
        "  participant driver1 as driver Bob\n"
        "  customer0->>hansom: 2026-05-12T10#58;30#58;00.000000Z booking_requested, Alice, instant,"
        " 2 passengers#58; Home to Airport\n"
        "  customer0->>hansom: 2026-05-12T10#58;30#58;00.000000Z driver_assigned, Bob is asked,"
        " attempt 1, has until 2026-05-12T10#58;30#58;30.000000Z\n"
        "  hansom-->>driver1: booking_assigned\n"
        "  driver1->>hansom: 2026-05-12T10#58;30#58;01.000000Z chat_message_sent, #34;hi#34;\n"
        "  hansom-->>driver1: chat_message\n"
        "  hansom-->>customer0: chat_message\n"
        "  hansom->>hansom: 2026-05-12T10#58;30#58;30.000000Z offer_expired, no answer in time\n"
        "  hansom-->>driver1: offer_expired\n");
}

TEST_CASE("a name that means something to Mermaid means nothing in a diagram", "[replay]") {
  const auto [name, shown] = GENERATE(table<std::string, std::string>({
      {"A;B", "A#59;B"},
      {"#35;", "#35;35#59;"},
      {"A\nB", "A B"},
      {"A\r\n  participant X as Y", "A    participant X as Y"},
      {"A->>B: hi", "A-#62;#62;B#58; hi"},
      {"%%{init}%%", "#37;#37;#123;init#125;#37;#37;"},
      {"<b>\"A\"</b>", "#60;b#62;#34;A#34;#60;/b#62;"},
      {"A&amp;B", "A#38;amp#59;B"},
      {"\\A`(B)[C]|", "#92;A#96;#40;B#41;#91;C#93;#124;"},
      {"\x1b[31mA\xc2\x85"
       "B",
       " #91;31mA B"},
  }));
  INFO(name);
  const auto diagram = Named(name, name, name).diagram();
  CHECK(lines_that_are_wrong(diagram) == Lines{});
  CHECK(diagram.find("  participant customer0 as customer " + shown + "\n") != std::string::npos);
  CHECK(diagram.find("  participant driver1 as driver " + shown + "\n") != std::string::npos);
  CHECK(diagram.find(" chat_message_sent, #34;" + shown + "#34;\n") != std::string::npos);
}

TEST_CASE("what is long is cut in a diagram", "[replay]") {
  const std::string name(200, 'A');
  std::istringstream lines(Named(name, name).diagram());
  std::size_t cut = 0;
  for (std::string line; std::getline(lines, line);) {
    cut += line.ends_with("...");
    CHECK(line.size() < 450);
  }
  CHECK(cut >= 2);
}

TEST_CASE("an open booking's news go to all drivers, who are one in its diagram", "[replay]") {
  MemoryLog log;
  Story story;
  story.register_cast();
  const BookingId booking{uuid(1)};
  story.tell(booking, open_by(alice), noon, customer(alice));
  story.tell(booking, accepted_by(dana), noon + 1s, driver(dana));
  append(log, story, story.end().value);
  const auto diagram = diagram_of(log, booking);
  CHECK(lines_that_are_wrong(diagram) == Lines{});
  CHECK(diagram.find("  participant drivers\n") != std::string::npos);
  CHECK(diagram.find("  hansom-->>drivers: ") != std::string::npos);
  CHECK(diagram.find("  participant driver1 as driver dana\n") != std::string::npos);
}

TEST_CASE("every booking of a fleet has a diagram", "[replay]") {
  MemoryLog log;
  fill(log, 8, 3'000, {20, 20, 12});
  std::set<BookingId> bookings;
  for (const auto& envelope : read_all(log)) {
    if (envelope.stream.kind == StreamKind::booking) bookings.insert({envelope.stream.id});
  }
  CHECK(bookings.size() > 100);
  std::size_t looked_at = 0;
  for (const auto booking : bookings) {
    if (++looked_at % 4 != 0) continue;
    const auto wrong = lines_that_are_wrong(diagram_of(log, booking));
    if (!wrong.empty()) FAIL_CHECK(to_string(booking) << ": " << wrong.front());
  }
}

}  // namespace hansom::replay
