#include "projections/checkpoint.hpp"

#include "events/event_schema.hpp"
#include "events/field_reader.hpp"
#include "events/field_scanner.hpp"
#include "events/field_writer.hpp"
#include "events/files.hpp"
#include "projections/booking_schema.hpp"

#include <algorithm>
#include <utility>

namespace hansom {

HANSOM_FIELDS(Device, HANSOM_FIELD(id), HANSOM_FIELD(model), HANSOM_FIELD(last_seen_at))
HANSOM_FIELDS(Account, HANSOM_FIELD(id), HANSOM_FIELD(revision), HANSOM_FIELD(status),
              HANSOM_FIELD(email), HANSOM_FIELD(name), HANSOM_FIELD(roles), HANSOM_FIELD(phone),
              HANSOM_FIELD(country), HANSOM_FIELD(username), HANSOM_FIELD(avatar),
              HANSOM_FIELD(vehicle_number), HANSOM_FIELD(driver_code), HANSOM_FIELD(devices))
HANSOM_FIELDS(Deadline, HANSOM_FIELD(kind), HANSOM_FIELD(due))
HANSOM_FIELDS(ChatEntry, HANSOM_FIELD(from), HANSOM_FIELD(text), HANSOM_FIELD(sent_at))
HANSOM_FIELDS(Booking, HANSOM_FIELD(id), HANSOM_FIELD(revision), HANSOM_FIELD(requested_position),
              HANSOM_FIELD(status), HANSOM_FIELD(requested_at), HANSOM_FIELD(type),
              HANSOM_FIELD(customer), HANSOM_FIELD(no_of_passengers), HANSOM_FIELD(note),
              HANSOM_FIELD(pickup), HANSOM_FIELD(drop_offs), HANSOM_FIELD(schedule),
              HANSOM_FIELD(driver), HANSOM_FIELD(driver_confirmed), HANSOM_FIELD(asked),
              HANSOM_FIELD(arrival_time_s), HANSOM_FIELD(answer_due), HANSOM_FIELD(chat))
HANSOM_FIELDS(CancellationTemplate, HANSOM_FIELD(id), HANSOM_FIELD(revision), HANSOM_FIELD(added),
              HANSOM_FIELD(driver), HANSOM_FIELD(text))
HANSOM_FIELDS(Room, HANSOM_FIELD(id), HANSOM_FIELD(revision), HANSOM_FIELD(host),
              HANSOM_FIELD(slug), HANSOM_FIELD(name), HANSOM_FIELD(participants))

namespace {

constexpr int checkpoint_format = 1;

/// So many events are folded before it is asked whether to go on.
constexpr std::size_t events_at_once = 4096;

struct Head {
  int format = 0;
  Position position;
  std::string hash;
  Instant last_at;
};

struct NamedAnswer {
  std::string name;
  AnsweredRequest answer;
};

struct Assignment {
  AccountId driver;
  Instant at;
};

}  // namespace

HANSOM_FIELDS(Head, HANSOM_FIELD(format), HANSOM_FIELD(position), HANSOM_FIELD(hash),
              HANSOM_FIELD(last_at))
HANSOM_FIELDS(AnsweredRequest, HANSOM_FIELD(request_digest), HANSOM_FIELD(booking),
              HANSOM_FIELD(booking_type), HANSOM_FIELD(driver), HANSOM_FIELD(at))
HANSOM_FIELDS(NamedAnswer, HANSOM_FIELD(name), HANSOM_FIELD(answer))
HANSOM_FIELDS(Assignment, HANSOM_FIELD(driver), HANSOM_FIELD(at))

namespace {

/// Writes `{"KIND":{...}}` and ends the line.
template <typename Struct>
void write_line(std::string& out, std::string_view kind, const Struct& value) {
  {
    JsonText json(out);
    json.start_object();
    json.key(kind);
    written::write(json, value);
    json.end_object();
  }
  out.push_back('\n');
}

/// Writes the values of a map in order of their keys, so that equal maps are written equally.
template <typename Map>
void write_lines(std::string& out, std::string_view kind, const Map& map) {
  std::vector<const typename Map::value_type*> sorted;
  sorted.reserve(map.size());
  for (const auto& entry : map) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, [](const auto* entry) { return entry->first.value; });
  for (const auto* entry : sorted) write_line(out, kind, entry->second);
}

/// Puts back what one line says. `read` is called with the struct to read into. The result is
/// whether it could.
class Restoring {
 public:
  explicit Restoring(Checkpoint& out) : out_(out) {}

  template <typename Read>
  bool operator()(std::string_view kind, const Read& read) {
    auto& state = out_.state;
    const bool is_head = kind == "checkpoint";
    if (is_head == has_begun_) return false;  // it comes first, and once
    if (is_head) return put<Head>(read, [&](Head&& head) { return begin(head); });
    if (kind == "account") {
      return put<Account>(read, [&](Account&& each) { state.accounts.put(std::move(each)); });
    }
    if (kind == "booking") {
      return put<Booking>(read, [&](Booking&& each) {
        state.deadlines.update(each);
        state.bookings.put(std::move(each));
      });
    }
    if (kind == "template") {
      return put<CancellationTemplate>(
          read, [&](CancellationTemplate&& each) { state.templates.put(std::move(each)); });
    }
    if (kind == "answered") {
      return put<NamedAnswer>(read, [&](NamedAnswer&& each) {
        state.idempotency.put(std::move(each.name), std::move(each.answer));
      });
    }
    if (kind == "room") {
      return put<Room>(read, [&](Room&& each) { state.rooms.put(std::move(each)); });
    }
    if (kind == "assigned") {
      return put<Assignment>(
          read, [&](Assignment&& each) { state.roster.assigned(each.driver, each.at); });
    }
    return false;
  }

 private:
  template <typename Struct, typename Read, typename Take>
  static bool put(const Read& read, Take take) {
    Struct value;
    if (!read(value)) return false;
    if constexpr (std::is_same_v<decltype(take(std::move(value))), bool>) {
      return take(std::move(value));
    } else {
      take(std::move(value));
      return true;
    }
  }

  bool begin(const Head& head) {
    const auto hash = parse_hex(head.hash);
    if (head.format != checkpoint_format || !hash) return false;
    has_begun_ = true;
    out_.at = {head.position, *hash};
    out_.state.end = head.position;
    out_.state.last_at = head.last_at;
    return true;
  }

  Checkpoint& out_;
  bool has_begun_ = false;
};

/// A line as it is written here.
bool scan_line(std::string_view line, Restoring& restore) {
  written::Scanner json(line);
  const auto kind = json.take('{') ? json.take_text() : std::nullopt;
  return kind && json.take(':') && restore(*kind, [&](auto& value) {
           return written::scan(json, value) && json.take('}') && json.at_end();
         });
}

/// The same in any layout, and with any escapes.
bool parse_line(std::string_view line, Restoring& restore) {
  const auto json = written::parse(line);
  if (!json || !json->IsObject() || json->MemberCount() != 1) return false;
  const auto member = json->MemberBegin();
  return restore(written::text_of(member->name),
                 [&](auto& value) { return written::read(member->value, value); });
}

std::string last_line(std::string_view lines) {
  return "{\"sha256\":\"" + to_hex(sha256({lines})) + "\"}\n";
}

}  // namespace

std::string encode_checkpoint(const HighWaterMark& at, const Projections& state) {
  std::string out;
  write_line(out, "checkpoint",
             Head{checkpoint_format, at.position, to_hex(at.hash), state.last_at});
  write_lines(out, "account", state.accounts.all());
  for (const auto* booking : state.bookings.all()) write_line(out, "booking", *booking);
  write_lines(out, "template", state.templates.all());
  state.idempotency.for_each([&](const std::string& name, const AnsweredRequest& answer) {
    write_line(out, "answered", NamedAnswer{name, answer});
  });
  write_lines(out, "room", state.rooms.all());
  std::unordered_map<AccountId, Assignment> assignments;
  for (const auto& [driver, time] : state.roster.assignments()) {
    assignments[driver] = {driver, time};
  }
  write_lines(out, "assigned", assignments);
  out += last_line(out);
  return out;
}

std::expected<Checkpoint, std::string> decode_checkpoint(std::string_view text) {
  const auto last_begin = text.empty() ? 0 : text.rfind('\n', text.size() - 2) + 1;
  auto lines = text.substr(0, last_begin);
  if (lines.empty() || text.substr(last_begin) != last_line(lines)) {
    return std::unexpected("it is cut off or changed");
  }
  Checkpoint checkpoint;
  Restoring restore(checkpoint);
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    if (!scan_line(line, restore) && !parse_line(line, restore)) {
      return std::unexpected("it is of another version");
    }
  }
  return checkpoint;
}

std::filesystem::path checkpoint_file(const std::filesystem::path& data_dir) {
  return data_dir / "checkpoint";
}

std::expected<void, std::string> store_checkpoint(const std::filesystem::path& file,
                                                  const HighWaterMark& at,
                                                  const Projections& state) {
  return replace_file(file, encode_checkpoint(at, state), 0644);
}

std::expected<std::optional<Checkpoint>, std::string> load_checkpoint(
    const std::filesystem::path& file) {
  const auto text = load_file(file);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  auto decoded = decode_checkpoint(**text);
  if (!decoded) return std::unexpected(file.string() + " is no checkpoint: " + decoded.error());
  return std::move(*decoded);
}

std::expected<std::optional<Position>, std::string> advance_checkpoint(
    const EventLog& log, const std::filesystem::path& file, const std::function<bool()>& go_on) {
  const auto target = log.mark();
  auto loaded = load_checkpoint(file);
  bool is_usable = loaded && *loaded;
  if (is_usable) {  // it may be another log's
    const auto held = log.holds((*loaded)->at);
    if (!held) return std::unexpected(held.error().message);
    is_usable = *held;
  }
  Projections state = is_usable ? std::move((*loaded)->state) : Projections{};
  while (state.end < target.position) {
    if (!go_on()) return std::nullopt;
    std::size_t folded = 0;
    const auto read = log.read({state.end.value + 1}, [&](const Envelope& envelope) {
      state.fold(envelope);
      return ++folded < events_at_once && envelope.position < target.position;
    });
    if (!read) return std::unexpected(read.error().message);
    if (folded == 0) {
      return std::unexpected("the log ends at position " + std::to_string(state.end.value) +
                             ", before its mark");
    }
  }
  if (const auto stored = store_checkpoint(file, target, state); !stored) {
    return std::unexpected(stored.error());
  }
  return target.position;
}

}  // namespace hansom
