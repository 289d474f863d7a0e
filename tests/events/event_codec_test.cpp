#include "events/event_codec.hpp"

#include "events/event_schema.hpp"
#include "tests/support/files.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>

namespace hansom {
namespace {

using Names = std::set<std::string_view>;

const fs::path golden_folder = fs::path(HANSOM_SOURCE_DIR) / "tests/events/golden";

template <typename Id>
Id id(const char* text) {
  return Id::parse(text).value();
}

const auto booking = id<BookingId>("b0000000-0000-4000-8000-000000000001");
const auto the_customer = id<AccountId>("a1000000-0000-4000-8000-00000000a11c");
const auto the_driver = id<AccountId>("d1000000-0000-4000-8000-000000000b0b");

Instant at(const char* minutes_and_seconds) {
  return parse_iso("2026-05-12T10:" + std::string(minutes_and_seconds) + "Z").value();
}

// One sample a type of event: its golden file holds the same, written by hand.

Envelope sample(Position position, Revision revision, const char* when, const Actor& actor,
                const char* cause, BookingEvent event) {
  return {position, StreamId(booking),    revision,    at(when),
          actor,    id<CommandId>(cause), Event(event)};
}

Envelope sample(std::type_identity<AccountRegistered>) {
  return {{1},
          StreamId(the_driver),
          {1},
          at("29:00"),
          admin,
          CommandId{the_driver.value},
          AccountEvent(AccountRegistered{"Bob@example.com",
                                         "Bob",
                                         {Role::driver, Role::customer, Role::student},
                                         "219876543",
                                         "NZ",
                                         "bob",
                                         std::nullopt,
                                         "ABC-123",
                                         "DRV-0042"})};
}

Envelope sample(std::type_identity<BookingRequested>) {
  return sample(
      {7}, {1}, "30:00.000001", customer(the_customer), "b0000000-0000-4000-8000-000000000001",
      BookingRequested{{the_customer, "Alice", "211234567", "NZ"},
                       BookingType::instant,
                       2,
                       "Ring \"Alice\",\nflat 3 – bring a child’s seat 👶",
                       {"Home", "12 King St, Sydney", "ChIJhome", {-33.8688, 151.2093}},
                       {{"School", "1 Queen St, Sydney", "ChIJschool", {-33.9, 151.0}},
                        {"Airport", "Sydney Airport", "ChIJairport", {-33.9399, 151.1753}}}});
}

Envelope sample(std::type_identity<DriverAssigned>) {
  const auto candidate = id<AccountId>;
  return sample(
      {8}, {2}, "30:00.000001", customer(the_customer), "b0000000-0000-4000-8000-000000000001",
      DriverAssigned{
          {the_driver, "Bob", "219876543", "NZ", "ABC-123", std::nullopt},
          2,
          at("30:30.000001"),
          {{candidate("d2000000-0000-4000-8000-00000000da4a"), 12.5, Verdict::already_asked},
           {candidate("d3000000-0000-4000-8000-00000000e419"), 100.0, Verdict::own_booking},
           {the_driver, 1500.25, Verdict::chosen},
           {candidate("d4000000-0000-4000-8000-0000000f4a9c"), 1500.25, Verdict::waited_less},
           {candidate("d5000000-0000-4000-8000-00000000ca40"), std::nullopt, Verdict::farther}}});
}

Envelope sample(std::type_identity<ArrivalTimeSubmitted>) {
  return sample({9}, {3}, "30:12.25", driver(the_driver), "c0000000-0000-4000-8000-000000000009",
                ArrivalTimeSubmitted{300, at("32:12.25")});
}

Envelope sample(std::type_identity<OfferAccepted>) {
  return sample({10}, {4}, "31:00", customer(the_customer), "c0000000-0000-4000-8000-000000000010",
                OfferAccepted{});
}

Envelope sample(std::type_identity<OfferAutoAccepted>) {
  return sample({10}, {4}, "32:12.25", timer, "c0000000-0000-4000-8000-000000000011",
                OfferAutoAccepted{});
}

Envelope sample(std::type_identity<OfferExpired>) {
  return sample({9}, {3}, "30:30.000001", timer, "c0000000-0000-4000-8000-000000000012",
                OfferExpired{the_driver});
}

Envelope sample(std::type_identity<BookingCancelled>) {
  return sample({10}, {4}, "30:30.000001", timer, "c0000000-0000-4000-8000-000000000012",
                BookingCancelled{CancelledBy::admin,
                                 CancelReason::no_driver_available,
                                 "No driver available after multiple attempts.",
                                 the_driver,
                                 {{the_driver, 1500.25, Verdict::already_asked}}});
}

Envelope sample(std::type_identity<RideCompleted>) {
  return sample({12}, {6}, "45:00", driver(the_driver), "c0000000-0000-4000-8000-000000000014",
                RideCompleted{});
}

Envelope sample(std::type_identity<ScheduledBookingAccepted>) {
  return sample({9}, {3}, "30:12.25", driver(the_driver), "c0000000-0000-4000-8000-000000000015",
                ScheduledBookingAccepted{});
}

Envelope sample(std::type_identity<ScheduledRideStarted>) {
  return sample({10}, {4}, "55:00", timer, "c0000000-0000-4000-8000-000000000016",
                ScheduledRideStarted{});
}

const auto the_template = id<TemplateId>("e0000000-0000-4000-8000-000000000001");

Envelope sample(std::type_identity<OfferDeclined>) {
  return sample({9}, {3}, "30:05", driver(the_driver), "c0000000-0000-4000-8000-000000000017",
                OfferDeclined{the_driver, {the_template, "Too far away"}, true});
}

Envelope sample(std::type_identity<OfferWithdrawn>) {
  return sample({9}, {3}, "30:06", admin, "c0000000-0000-4000-8000-000000000018",
                OfferWithdrawn{the_driver});
}

Envelope sample(std::type_identity<BookingRejected>) {
  return sample({9}, {3}, "30:07", customer(the_customer), "c0000000-0000-4000-8000-000000000019",
                BookingRejected{{the_customer, std::nullopt}});
}

Envelope sample(std::type_identity<RideCancelledByCustomer>) {
  return sample({12}, {6}, "34:00", customer(the_customer), "c0000000-0000-4000-8000-000000000020",
                RideCancelledByCustomer{{the_customer, the_driver}});
}

Envelope sample(std::type_identity<RideCancelledByDriver>) {
  return sample({12}, {6}, "34:00", driver(the_driver), "c0000000-0000-4000-8000-000000000021",
                RideCancelledByDriver{{the_customer, the_driver}, {std::nullopt, "A flat tyre"}});
}

Envelope sample(std::type_identity<ChatMessageSent>) {
  return sample({11}, {5}, "33:00", customer(the_customer), "c0000000-0000-4000-8000-000000000013",
                ChatMessageSent{Party::customer, "Hi, I'm at the front entrance."});
}

Envelope sample(Position position, Revision revision, const char* cause, AccountEvent event) {
  return {position, StreamId(the_driver), revision,    at("29:30"),
          admin,    id<CommandId>(cause), Event(event)};
}

Envelope sample(std::type_identity<ProfileChanged>) {
  return sample({2}, {2}, "c0000000-0000-4000-8000-000000000022",
                ProfileChanged{"bob@example.org",
                               "Bob B.",
                               {Role::driver},
                               "219876544",
                               "AU",
                               std::nullopt,
                               "https://example.org/bob.png",
                               "ABC-124",
                               "DRV-0043"});
}

Envelope sample(std::type_identity<AccountStatusChanged>) {
  return sample({3}, {3}, "c0000000-0000-4000-8000-000000000023",
                AccountStatusChanged{AccountStatus::blocked});
}

Envelope sample(std::type_identity<SessionsEnded>) {
  return sample({4}, {4}, "c0000000-0000-4000-8000-000000000024", SessionsEnded{});
}

Envelope sample(std::type_identity<DeviceSeen>) {
  return sample({5}, {5}, "c0000000-0000-4000-8000-000000000025",
                DeviceSeen{"pixel-1", "Pixel 9 Pro"});
}

Envelope sample(std::type_identity<TemplateAdded>) {
  return {{6},
          StreamId(the_template),
          {1},
          at("29:40"),
          driver(the_driver),
          CommandId{the_template.value},
          TemplateEvent(TemplateAdded{the_driver, "Too far away"})};
}

Envelope sample(std::type_identity<TemplateDeleted>) {
  return {{7},
          StreamId(the_template),
          {2},
          at("29:41"),
          driver(the_driver),
          id<CommandId>("c0000000-0000-4000-8000-000000000026"),
          TemplateEvent(TemplateDeleted{})};
}

Envelope sample(std::type_identity<OpenOfferAccepted>) {
  return sample({8}, {2}, "30:03", driver(the_driver), "c0000000-0000-4000-8000-000000000027",
                OpenOfferAccepted{{the_driver, "Bob", "219876543", "NZ", std::nullopt, "DRV-1"}});
}

const auto the_room = id<RoomId>("f0000000-0000-4000-8000-000000000001");
const auto the_message = id<MessageId>("f1000000-0000-4000-8000-000000000001");

Envelope sample(Position position, Revision revision, const char* cause, RoomEvent event) {
  return {position,
          StreamId(the_room),
          revision,
          at("29:50.000001"),
          Actor{ActorKind::participant, the_customer},
          id<CommandId>(cause),
          Event(event)};
}

Envelope sample(std::type_identity<RoomOpened>) {
  return sample({20}, {1}, "f0000000-0000-4000-8000-000000000001",
                RoomOpened{the_customer, "our-room", "Our Room ♥"});
}

Envelope sample(std::type_identity<ParticipantAdded>) {
  return sample({21}, {2}, "c0000000-0000-4000-8000-000000000028", ParticipantAdded{the_driver});
}

Envelope sample(std::type_identity<ParticipantRemoved>) {
  return sample({25}, {6}, "c0000000-0000-4000-8000-000000000029", ParticipantRemoved{the_driver});
}

Envelope sample(std::type_identity<RoomMessageSent>) {
  return sample({22}, {3}, "f1000000-0000-4000-8000-000000000001",
                RoomMessageSent{{the_customer, "alice", "avatars/alice.jpg"}, "Hello\n\"you\""});
}

Envelope sample(std::type_identity<RoomMessageEdited>) {
  return sample({23}, {4}, "c0000000-0000-4000-8000-000000000030",
                RoomMessageEdited{the_message, Position{22}, "Hello you"});
}

Envelope sample(std::type_identity<RoomMessageDeleted>) {
  return sample({24}, {5}, "c0000000-0000-4000-8000-000000000031",
                RoomMessageDeleted{the_message, Position{22}});
}

/// Events with the fields that came later.
std::vector<Envelope> later_samples() {
  auto requested = sample(std::type_identity<BookingRequested>{});
  auto& request = std::get<BookingRequested>(std::get<BookingEvent>(requested.event));
  request.booking_type = BookingType::scheduled;
  request.schedule = Schedule{at("55:00"), at("45:00")};
  request.idempotency_key =
      IdempotencyKey{"key-1", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"};
  auto cancelled = sample(std::type_identity<BookingCancelled>{});
  auto& cancellation = std::get<BookingCancelled>(std::get<BookingEvent>(cancelled.event));
  cancellation.reason_code = CancelReason::scheduled_driver_no_show;
  cancellation.customer = the_customer;
  auto completed = sample(std::type_identity<RideCompleted>{});
  std::get<RideCompleted>(std::get<BookingEvent>(completed.event)).parties =
      Parties{the_customer, the_driver};
  auto assigned = sample(std::type_identity<DriverAssigned>{});
  auto& assignment = std::get<DriverAssigned>(std::get<BookingEvent>(assigned.event));
  assignment.candidates[2].at = Coordinates{-33.875, 151.25};
  return {requested, cancelled, completed, assigned};
}

struct Golden {
  std::string file_name;
  Envelope envelope;

  fs::path file() const { return golden_folder / file_name; }
  std::string type() const { return file_name.substr(0, file_name.find('.')); }
  /// The file's only line.
  std::string line() const {
    auto bytes = read_file(file());
    if (!bytes.empty() && bytes.back() == '\n') bytes.pop_back();
    return bytes;
  }
};

template <typename Variant>
void add_golden(std::vector<Golden>& all) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto add = [&]<typename E>(std::type_identity<E> event) {
      all.push_back(
          {std::string(EventName<E>::type) + ".v" + std::to_string(EventName<E>::version) + ".json",
           sample(event)});
    };
    (add(std::type_identity<std::variant_alternative_t<I, Variant>>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

/// One for every alternative of the variants: a new event without a sample does not compile.
const std::vector<Golden>& golden() {
  static const auto all = [] {
    std::vector<Golden> all;
    add_golden<BookingEvent>(all);
    add_golden<AccountEvent>(all);
    add_golden<TemplateEvent>(all);
    add_golden<RoomEvent>(all);
    for (auto& envelope : later_samples()) {
      all.push_back({std::string(type_of(envelope.event)) + ".v1.later.json", envelope});
    }
    return all;
  }();
  return all;
}

std::string encoded(const Envelope& envelope) {
  std::string line;
  encode(envelope, line);
  return line;
}

std::string text_of(const rapidjson::Value& json) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  json.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

rapidjson::Document parsed(const std::string& text) {
  rapidjson::Document json;
  json.Parse(text.c_str());
  REQUIRE_FALSE(json.HasParseError());
  return json;
}

/// A value inside a line: a member of an object, or an element of an array.
struct Part {
  rapidjson::Pointer where;
  bool is_element;

  std::string name() const {
    const auto& last = where.GetTokens()[where.GetTokenCount() - 1];
    return {last.name, last.length};
  }
};

void collect_parts(const rapidjson::Value& json, const rapidjson::Pointer& here,
                   std::vector<Part>& parts) {
  const auto collect = [&](const auto& key, const rapidjson::Value& value) {
    const auto where = here.Append(key);
    parts.push_back({where, json.IsArray()});
    collect_parts(value, where, parts);
  };
  if (json.IsObject()) {
    for (const auto& member : json.GetObject()) {
      collect(std::string(member.name.GetString()), member.value);
    }
  } else if (json.IsArray()) {
    for (rapidjson::SizeType i = 0; i < json.Size(); ++i) collect(i, json[i]);
  }
}

std::vector<Part> parts_of(const std::string& line) {
  std::vector<Part> parts;
  collect_parts(parsed(line), rapidjson::Pointer(), parts);
  return parts;
}

std::string path_of(const Part& part) {
  rapidjson::StringBuffer buffer;
  part.where.Stringify(buffer);
  return buffer.GetString();
}

/// Whether a member may be missing or null.
bool may_be_none(const std::string& event, const Part& part) {
  static const Names everywhere{"note",        "vehicle_number", "driver_code",    "username",
                                "avatar",      "told_driver",    "distance_m",     "schedule",
                                "template_id", "device_model",   "idempotency_key"};
  static const std::set<std::string> here{"ride_completed /data/parties",
                                          "ride_completed /data/parties/driver",
                                          "booking_cancelled /data/customer",
                                          "driver_assigned /data/candidates/2/at",
                                          "booking_rejected /data/parties/driver",
                                          "template_added /data/driver",
                                          "ride_cancelled_by_customer /data/parties/driver",
                                          "ride_cancelled_by_driver /data/parties/driver"};
  // An author has a username; that an account may have none is another matter.
  if (event == "room_message_sent" && part.name() == "username") return false;
  return everywhere.contains(part.name()) || here.contains(event + " " + path_of(part));
}

/// Whether a member of this name may hold this JSON text, as far as the codec goes.
bool may_be(const std::string& event, const Part& part, std::string_view json) {
  static const Names texts{"email",   "name",           "phone",       "country",   "username",
                           "avatar",  "vehicle_number", "driver_code", "note",      "title",
                           "address", "map_id",         "text",        "device_id", "device_model",
                           "key",     "request_digest", "slug",        "body"};
  static const Names integers{"position",         "revision",       "attempt",
                              "no_of_passengers", "arrival_time_s", "sent"};
  static const Names decimals{"latitude", "longitude", "distance_m"};
  static const Names lists{"roles", "drop_offs", "candidates"};
  if (part.is_element) return false;
  if (json == "null") return may_be_none(event, part);
  if (json == "true") return part.name() == "reassigned";
  if (json == "\"?\"") {
    return texts.contains(part.name()) || (event == "booking_cancelled" && part.name() == "reason");
  }
  if (json == "7") return integers.contains(part.name()) || decimals.contains(part.name());
  if (json == "1.5") return decimals.contains(part.name());
  if (json == "[]") return lists.contains(part.name());
  if (json == "{}") return event == "ride_completed" && part.name() == "data";
  return false;
}

void shrug(const std::string& bytes) {
  // Damaged bytes may still be a readable line; what is read then can be written, and read again.
  if (const auto read = decode(bytes)) CHECK(decode(encoded(*read)) == read);
}

}  // namespace

TEST_CASE("every type of event is written as its golden file says", "[codec]") {
  for (const auto& [file_name, envelope] : golden()) {
    INFO(file_name);
    REQUIRE(fs::exists(golden_folder / file_name));
    CHECK(encoded(envelope) + "\n" == read_file(golden_folder / file_name));
  }
}

TEST_CASE("every golden file is read as the event that it was written from", "[codec]") {
  for (const auto& one : golden()) {
    INFO(one.file_name);
    const auto read = decode(one.line());
    REQUIRE(read);
    CHECK(*read == one.envelope);
    CHECK(type_of(read->event) == one.file_name.substr(0, one.file_name.find('.')));
  }
}

TEST_CASE("whatever was once written can still be read", "[codec]") {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(golden_folder)) {
    INFO(entry.path().filename());
    ++files;
    CHECK(decode(read_file(entry.path())));
  }
  CHECK(files >= golden().size());
}

TEST_CASE("every enumerator has the name that is written, and is found by it", "[codec]") {
  const auto check = []<typename Enum>(std::initializer_list<std::pair<Enum, const char*>> names) {
    CHECK(EnumNames<Enum>::list.size() == names.size());
    for (const auto& [value, name] : names) {
      CHECK(name_of(value) == name);
      CHECK(enum_named<Enum>(name) == value);
    }
    CHECK_FALSE(enum_named<Enum>("other"));
  };
  check({std::pair{BookingType::instant, "instant"},
         {BookingType::scheduled, "scheduled"},
         {BookingType::open, "open"}});
  check({std::pair{AccountStatus::active, "active"},
         {AccountStatus::blocked, "blocked"},
         {AccountStatus::deleted, "deleted"}});
  check({std::pair{Party::driver, "driver"}, {Party::customer, "customer"}});
  check({std::pair{CancelledBy::admin, "admin"}});
  check({std::pair{CancelReason::no_driver_available, "NO_DRIVER_AVAILABLE"},
         {CancelReason::scheduled_driver_no_show, "SCHEDULED_DRIVER_NO_SHOW"},
         {CancelReason::customer_not_allowed, "CUSTOMER_NOT_ALLOWED"}});
  check({std::pair{Verdict::chosen, "chosen"},
         {Verdict::already_asked, "already_asked"},
         {Verdict::own_booking, "own_booking"},
         {Verdict::farther, "farther"},
         {Verdict::waited_less, "waited_less"}});
  check({std::pair{Role::driver, "driver"},
         {Role::customer, "customer"},
         {Role::student, "student"}});
}

TEST_CASE("encoding appends, and leaves what stands before", "[codec]") {
  const auto& envelope = golden().front().envelope;
  std::string line = "before ";
  encode(envelope, line);
  CHECK(line == "before " + encoded(envelope));
}

TEST_CASE("any text stays on one line and comes back as it was", "[codec]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "\n", "\r\n\t\b\f", R"("quoted" \ and / slashed)",
               "línea ünïcode ✓ 👩‍👩‍👧", std::string("a\0b", 3), "\x7f\x01\x1f",
               "\u2028\u2029");
  auto envelope = sample(std::type_identity<ChatMessageSent>{});
  std::get<ChatMessageSent>(std::get<BookingEvent>(envelope.event)).text = text;
  const auto line = encoded(envelope);
  CHECK(line.find('\n') == std::string::npos);
  const auto read = decode(line);
  REQUIRE(read);
  CHECK(*read == envelope);
}

TEST_CASE("a number with a fraction comes back to the last bit", "[codec]") {
  std::mt19937_64 random(2026);
  std::size_t changed = 0;
  for (int i = 0; i < 10'000; ++i) {
    auto envelope = sample(std::type_identity<DriverAssigned>{});
    auto& candidate =
        std::get<DriverAssigned>(std::get<BookingEvent>(envelope.event)).candidates[0];
    candidate.distance_m = static_cast<double>(random() >> 11) * 0x1p-53 * 20'000'000;
    const auto read = decode(encoded(envelope));
    REQUIRE(read);
    changed += *read != envelope;
  }
  CHECK(changed == 0);
}

TEST_CASE("the ends of the numbers' ranges come back as they were", "[codec]") {
  auto envelope = sample(std::type_identity<ArrivalTimeSubmitted>{});
  envelope.position.value = std::numeric_limits<std::uint64_t>::max();
  envelope.revision.value = std::numeric_limits<std::uint32_t>::max();
  auto& event = std::get<ArrivalTimeSubmitted>(std::get<BookingEvent>(envelope.event));
  event.arrival_time_s = GENERATE(std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
  const auto read = decode(encoded(envelope));
  REQUIRE(read);
  CHECK(*read == envelope);
}

TEST_CASE("a number beyond its range is an error", "[codec]") {
  const auto line = golden()[2].line();
  const auto [name, value] = GENERATE(table<const char*, const char*>({
      {"/position", "-1"},
      {"/position", "18446744073709551616"},
      {"/revision", "-1"},
      {"/revision", "4294967296"},
      {"/version", "2147483648"},
      {"/data/arrival_time_s", "2147483648"},
      {"/data/arrival_time_s", "-2147483649"},
      {"/data/arrival_time_s", "1e99"},
  }));
  INFO(name << " is " << value);
  auto json = parsed(line);
  const auto number = parsed(value);
  rapidjson::Pointer(name).Set(json, number, json.GetAllocator());
  CHECK_FALSE(decode(text_of(json)));
}

TEST_CASE("fields of a later version are passed over, in every object", "[codec]") {
  for (const auto& one : golden()) {
    INFO(one.file_name);
    std::string later;
    const auto line = one.line();
    for (std::size_t i = 0; i < line.size(); ++i) {
      later += line[i];
      if (line[i] != '{') continue;
      later += R"("of_later":{"list":[1,null,{"type":"other"}]})";
      if (line[i + 1] != '}') later += ',';
    }
    const auto read = decode(later);
    REQUIRE(read);
    CHECK(*read == one.envelope);
  }
}

TEST_CASE("a missing field is an error, but for one that may be none", "[codec]") {
  for (const auto& one : golden()) {
    for (const auto& part : parts_of(one.line())) {
      if (part.is_element) continue;
      auto json = parsed(one.line());
      part.where.Erase(json);
      INFO(one.file_name << " without " << path_of(part));
      const auto read = decode(text_of(json));
      CHECK(read.has_value() == may_be_none(one.type(), part));
      if (!read) CHECK_FALSE(read.error().empty());
    }
  }
}

TEST_CASE("a field of a wrong type is an error", "[codec]") {
  for (const auto& one : golden()) {
    for (const auto& part : parts_of(one.line())) {
      for (const auto* text : {"null", "true", "7", "1.5", "\"?\"", "[]", "{}", "[{}]"}) {
        auto json = parsed(one.line());
        const auto substitute = parsed(text);
        auto& value = *part.where.Get(json);
        if (value == substitute) continue;
        value.CopyFrom(substitute, json.GetAllocator());
        INFO(one.file_name << " with " << path_of(part) << " = " << text);
        CHECK(decode(text_of(json)).has_value() == may_be(one.type(), part, text));
      }
    }
  }
}

TEST_CASE("an unknown type, version, stream or actor is an error that names it", "[codec]") {
  auto line = golden()[2].line();
  const auto [known, unknown] = GENERATE(table<std::string, std::string>({
      {"\"arrival_time_submitted\"", "\"arrival_time_guessed\""},
      {"\"version\":1", "\"version\":2"},
      {"\"version\":1", "\"version\":0"},
      {"\"booking-b0000000", "\"room-b0000000"},
      {"\"booking-b0000000", "\"account-b0000000"},  // no such type in that kind of stream
      {"\"driver:d1000000", "\"rider:d1000000"},
  }));
  line.replace(line.find(known), known.size(), unknown);
  INFO(line);
  const auto read = decode(line);
  REQUIRE_FALSE(read);
  CHECK(read.error().starts_with("unknown "));
  CHECK(read.error().find('\n') == std::string::npos);
}

TEST_CASE("a stream is read off a line without a look at the rest", "[codec]") {
  for (const auto& one : golden()) {
    INFO(one.file_name);
    CHECK(stream_of(one.line()) == one.envelope.stream);
  }
  auto chat = sample(std::type_identity<ChatMessageSent>{});
  std::get<ChatMessageSent>(std::get<BookingEvent>(chat.event)).text =
      R"(,"stream":"account-d1000000-0000-4000-8000-000000000b0b")";
  CHECK(stream_of(encoded(chat)) == chat.stream);
}

TEST_CASE("a line has no stream where none stands in its place", "[codec]") {
  const auto line = golden().front().line();
  const auto end = line.find("\",\"revision");
  for (std::size_t size = 0; size < end; ++size) {
    INFO(size);
    CHECK_FALSE(stream_of(std::string_view(line).substr(0, size)));
  }
  CHECK_FALSE(stream_of("{\"position\":1,\"stream\":\"room-1\"}"));
  CHECK_FALSE(stream_of("{\"position\":1,\"stream\":7}"));
}

TEST_CASE("a line that is cut off anywhere is an error", "[codec]") {
  for (const auto& one : golden()) {
    const auto line = one.line();
    for (std::size_t size = 0; size < line.size(); ++size) {
      INFO(one.file_name << " cut after " << size);
      CHECK_FALSE(decode(std::string_view(line).substr(0, size)));
    }
  }
}

TEST_CASE("a line with something behind it is an error", "[codec]") {
  const auto line = golden().front().line();
  for (const auto* more : {"x", "{}", ",", "}", "null"}) CHECK_FALSE(decode(line + more));
}

TEST_CASE("bytes at random are an error", "[codec]") {
  std::mt19937 random(2026);
  for (int i = 0; i < 10'000; ++i) {
    std::string bytes(random() % 200, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    CHECK_FALSE(decode(bytes));
  }
}

TEST_CASE("a line with bytes changed at random is read or refused, and never more", "[codec]") {
  std::mt19937 random(2026);
  for (const auto& one : golden()) {
    const auto line = one.line();
    for (int i = 0; i < 2'000; ++i) {
      auto damaged = line;
      for (auto changes = 1 + random() % 4; changes > 0; --changes) {
        damaged[random() % damaged.size()] = static_cast<char>(random());
      }
      shrug(damaged);
    }
  }
}

TEST_CASE("a line is read alike whatever its layout", "[codec]") {
  // With a blank in front, all of it is read as any JSON is, and not as what was written here.
  std::mt19937 random(1);
  for (const auto& [file, envelope] : golden()) {
    const auto line = encoded(envelope);
    INFO(line);
    REQUIRE(decode(line) == decode(" " + line));
    for (int i = 0; i < 3'000; ++i) {
      auto changed = line;
      static constexpr std::string_view bytes = "{}[]\",:-+.0123456789eEntfu\\ax \xc3\xa9";
      for (auto changes = 1 + random() % 3; changes > 0; --changes) {
        const auto place = random() % changed.size();
        const char byte = bytes[random() % bytes.size()];
        switch (random() % 3) {
          case 0:
            changed[place] = byte;
            break;
          case 1:
            changed.insert(place, 1, byte);
            break;
          default:
            changed.erase(place, 1);
        }
      }
      INFO(changed);
      REQUIRE(decode(changed) == decode(" " + changed));
    }
  }
}

TEST_CASE("a line as deep as a well is an error", "[codec]") {
  const std::string_view opening = GENERATE("[", "{\"data\":", "[{\"a\":");
  std::string deep;
  for (int i = 0; i < 300'000; ++i) deep += opening;
  CHECK_FALSE(decode(deep));
}

TEST_CASE("a line with a byte order mark, or a NUL behind it, is an error", "[codec]") {
  const auto line = encoded(sample(std::type_identity<RideCompleted>{}));
  REQUIRE(decode(line));
  CHECK_FALSE(decode("\xEF\xBB\xBF" + line));
  CHECK_FALSE(decode(line + '\0'));
}

TEST_CASE("the escape of a lone surrogate is an error", "[codec]") {
  const auto envelope = sample(std::type_identity<BookingRequested>{});
  for (const auto* lone : {R"(\udc00)", R"(\ud800)", R"(\udc00\ud800)"}) {
    auto line = encoded(envelope);
    const auto place = line.find("Home");
    REQUIRE(place != line.npos);
    line.replace(place, 4, lone);
    CHECK_FALSE(decode(line));
  }
}

TEST_CASE("text that is not UTF-8 is an error", "[codec]") {
  auto line = encoded(sample(std::type_identity<AccountRegistered>{}));
  const std::string_view bad = GENERATE("\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80");
  line.replace(line.find("Bob"), 3, bad);
  CHECK_FALSE(decode(line));
}

}  // namespace hansom
