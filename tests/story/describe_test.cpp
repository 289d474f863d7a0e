// Events in words, which a terminal can be trusted with. The golden files have one of each type.

#include "story/describe.hpp"

#include "events/event_codec.hpp"
#include "events/event_schema.hpp"
#include "tests/support/files.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <functional>
#include <set>

namespace hansom::story {
namespace {

/// The written form of an event of each type.
const std::vector<std::string>& written_events() {
  static const auto all = [] {
    std::vector<std::string> lines;
    for (const auto& [name, text] :
         contents_of(fs::path(HANSOM_SOURCE_DIR) / "tests/events/golden")) {
      lines.push_back(text.substr(0, text.find('\n')));
    }
    return lines;
  }();
  return all;
}

/// Of these there is nothing to say but what happened.
const std::set<std::string_view> without_words = {"ride_completed", "sessions_ended",
                                                  "template_deleted"};

/// Whether a terminal shows a text as it is, on one line.
bool is_fit(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    const bool is_c1 = byte == 0xc2 && i + 1 < text.size() &&
                       (static_cast<unsigned char>(text[i + 1]) & 0xe0) == 0x80;
    if (is_c1) return false;
  }
  return true;
}

void for_each_string(rapidjson::Value& json, const std::function<void(rapidjson::Value&)>& visit) {
  if (json.IsString()) visit(json);
  if (json.IsObject()) {
    for (auto& member : json.GetObject()) for_each_string(member.value, visit);
  }
  if (json.IsArray()) {
    for (auto& element : json.GetArray()) for_each_string(element, visit);
  }
}

}  // namespace

TEST_CASE("an event of each type has words, on one line, but for those with nothing to say",
          "[replay]") {
  std::set<std::string_view> types;
  for (const auto& line : written_events()) {
    const auto envelope = decode(line);
    REQUIRE(envelope);
    const auto type = type_of(envelope->event);
    const auto words = describe(envelope->event);
    INFO(type << ": " << words);
    CHECK(words.empty() == without_words.contains(type));
    CHECK(is_fit(words));
    types.insert(type);
  }
  CHECK(types.size() == 30);
}

TEST_CASE("whatever texts there are in an event, its words are fit for a terminal", "[replay]") {
  const std::string hostile =
      "\x1b[31m\r\n\t\x7f\xc2\x9b"
      "31m\x01";
  REQUIRE_FALSE(is_fit(hostile));
  std::size_t tried = 0;
  for (const auto& line : written_events()) {
    rapidjson::Document json;
    json.Parse(line.data(), line.size());
    for_each_string(json["data"], [&](rapidjson::Value& text) {
      const std::string before = text.GetString();
      for (const auto& changed : {hostile + before, before + hostile}) {
        text.SetString(changed, json.GetAllocator());
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
        json.Accept(writer);
        const auto envelope = decode({buffer.GetString(), buffer.GetSize()});
        if (!envelope) continue;  // an id, a time or a name of ours
        ++tried;
        const auto words = describe(envelope->event);
        if (!is_fit(words)) FAIL_CHECK(type_of(envelope->event) << " is not fit");
      }
      text.SetString(before, json.GetAllocator());
    });
  }
  CHECK(tried > 100);
}

TEST_CASE("an event's words say what its type does not", "[replay]") {
  CHECK(describe(BookingEvent(scheduled_by(alice, noon))) ==
        "alice, scheduled, 2 passengers: Home to Airport, for 2026-05-12T10:30:00.000000Z");
  auto open = open_by(carol);
  open.note = "hurry";
  open.drop_offs.push_back(address_of(home));
  CHECK(describe(BookingEvent(open)) ==
        "carol, open, 1 passenger: Home St to Airport St to Home St, \"hurry\"");
  auto assigned = assigned_to(bob, noon, 2);
  CHECK(describe(BookingEvent(assigned)) ==
        "bob is asked, attempt 2, has until 2026-05-12T10:30:00.000000Z");
  assigned.candidates = {{dana, 3.0, Verdict::already_asked}, {bob, 1'300.0, Verdict::chosen}};
  CHECK(describe(BookingEvent(assigned)) ==
        "bob is asked, attempt 2, 1.3 km away, has until 2026-05-12T10:30:00.000000Z");
  CHECK(describe(BookingEvent(OfferDeclined{bob, {std::nullopt, "too far"}, true})) ==
        "because \"too far\"; somebody else is asked");
  CHECK(describe(BookingEvent(OfferDeclined{bob, {std::nullopt, "too far"}, false})) ==
        "because \"too far\"");
  CHECK(describe(AccountEvent(registration_of(erin))) ==
        "erin, erin@example.com, driver, customer");
  CHECK(describe(AccountEvent(DeviceSeen{"phone", "a model"})) == "phone, a model");
  CHECK(describe(TemplateEvent(TemplateAdded{bob, "no"})) == "\"no\", a driver's own");
  CHECK(describe(TemplateEvent(TemplateAdded{std::nullopt, "no"})) == "\"no\"");
  CHECK(describe(RoomEvent(said_by(alice, "hi"))) == "alice: \"hi\"");
}

TEST_CASE("control characters of a text are spaces", "[replay]") {
  const auto [text, made] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"Alice", "Alice"},
      {"a\nb\r\tc", "a b  c"},
      {std::string("\0\x01\x1f\x7f", 4), "    "},
      {"\x1b[31mred", " [31mred"},
      {"\xc2\x80\xc2\x85\xc2\x9b\xc2\x9f", "    "},  // C1
      {"\xc2\xa0\xc2\xa9", "\xc2\xa0\xc2\xa9"},      // what comes behind them
      {"\xc3\x85\xe2\x82\xac\xf0\x9f\x9a\x95", "\xc3\x85\xe2\x82\xac\xf0\x9f\x9a\x95"},
      {"\xe1\xc2", "\xe1\xc2"},  // cut off
      {"\xc2"
       "ab",
       "\xc2"
       "ab"},
      {"\xc2\n", "\xc2 "},
  }));
  INFO(Catch::Detail::stringify(text));
  CHECK(plain(text) == made);
}

TEST_CASE("a text is cut between characters, not bytes", "[replay]") {
  const std::string euro = "\xe2\x82\xac", taxi = "\xf0\x9f\x9a\x95";
  CHECK(plain("abc", 3) == "abc");
  CHECK(plain("abcd", 3) == "abc...");
  CHECK(plain("", 0) == "");
  CHECK(plain("a", 0) == "...");
  CHECK(plain(euro + taxi + euro, 3) == euro + taxi + euro);
  CHECK(plain(euro + taxi + euro + "a", 3) == euro + taxi + euro + "...");
  CHECK(plain("ab\xc2\x85"
              "c" +
                  taxi,
              4) == "ab c...");
  std::string sixty;
  for (int i = 0; i < 60; ++i) sixty += taxi;
  CHECK(plain(sixty) == sixty);
  CHECK(plain(sixty + taxi) == sixty + "...");
}

TEST_CASE("a distance is in metres below a kilometre", "[replay]") {
  CHECK(distance(0) == "0 m");
  CHECK(distance(0.4) == "0 m");
  CHECK(distance(420.6) == "421 m");
  CHECK(distance(999.4) == "999 m");
  CHECK(distance(999.6) == "1.0 km");
  CHECK(distance(1'000) == "1.0 km");
  CHECK(distance(1'349) == "1.3 km");
  CHECK(distance(20'015'087) == "20015.1 km");
}

}  // namespace hansom::story
