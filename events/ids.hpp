#pragma once

#include <boost/uuid/uuid.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace hansom {

using Uuid = boost::uuids::uuid;

/// The canonical text of a UUID: 36 characters, lower case, with dashes.
std::string to_string(const Uuid& uuid);
constexpr std::size_t uuid_characters = 36;
/// Writes it to where there is room for it; returns its end.
char* write_uuid(const Uuid& uuid, char* out);

/// Reads the canonical form (either case); anything else, braces included, gives nothing.
std::optional<Uuid> parse_uuid(std::string_view text);

/// A UUID that names one kind of thing, so that ids of two kinds can't be mixed up.
template <typename Tag>
struct Id {
  Uuid value{};

  friend bool operator==(const Id&, const Id&) = default;
  friend bool operator<(const Id& a, const Id& b) { return a.value < b.value; }

  /// Reads the canonical text of the id.
  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = parse_uuid(text);
    return uuid ? std::optional(Id{*uuid}) : std::nullopt;
  }
};

template <typename Tag>
std::string to_string(const Id<Tag>& id) {
  return to_string(id.value);
}

using AccountId = Id<struct AccountTag>;
using BookingId = Id<struct BookingTag>;
using TemplateId = Id<struct TemplateTag>;
using RoomId = Id<struct RoomTag>;
using MessageId = Id<struct MessageTag>;
/// Names one command; what it causes carries this id. The thing that a command creates (a booking,
/// an account, a template, a room, a message) takes the command's id as its own.
using CommandId = Id<struct CommandTag>;

/// The place of an event in its whole log: gapless, from 1. 0 stands before the first event.
struct Position {
  std::uint64_t value = 0;
  auto operator<=>(const Position&) const = default;
};

/// A position behind all others.
constexpr Position beyond_all{std::numeric_limits<std::uint64_t>::max()};

/// The place of an event in its stream: gapless, from 1. 0 means that the stream is empty.
struct Revision {
  std::uint32_t value = 0;
  auto operator<=>(const Revision&) const = default;
};

}  // namespace hansom

template <typename Tag>
struct std::hash<hansom::Id<Tag>> {
  std::size_t operator()(const hansom::Id<Tag>& id) const noexcept {
    // Both halves are random but for six fixed bits, so their mixture is hash enough.
    std::uint64_t halves[2];
    std::memcpy(halves, id.value.data, sizeof halves);
    return halves[0] ^ halves[1];
  }
};
