// Students who open rooms and talk in them.

#include "bench/fleet_load.hpp"

#include <array>

namespace hansom::bench {
namespace {

constexpr std::array remarks = {"Anyone going to the beach on Saturday?",
                                "+1",
                                "See you at 8 🍕",
                                "Ka pai!",
                                "Lecture moved to the \"old\" hall; tell the others.",
                                "\\o/"};

/// Everybody has so many rooms at most, as none is ever closed.
constexpr std::size_t rooms_max = 3;

std::string slug_of(std::size_t number) { return "room-" + std::to_string(number); }

}  // namespace

/// Opens rooms, and decides who takes part. In time those who come and those who go balance.
void FleetLoad::host(Person& student) {
  const auto& username = account_of(student).username;
  if (!username) return;
  const auto count = projections().rooms.count_of(*student.account);
  const auto caller = student.caller(Side::participant);
  if (count < rooms_max && chance_.in(0.005)) {
    const auto number = std::to_string(count + 1);
    return ask(OpenRoom{caller, "Room no. " + number, slug_of(count)});
  }
  if (count == 0 || !chance_.in(0.003)) return;
  const auto slug = slug_of(chance_.below(count));
  const auto* room = projections().rooms.find(*student.account, slug);
  const auto& other = some_student();
  if (!room || !other.account || other.account == student.account) return;
  const auto& guest = account_of(other).username;
  if (!guest) return;
  if (room->has(*other.account)) {
    ask(RemoveParticipant{caller, *username, slug, *guest});
  } else {
    ask(AddParticipant{caller, *username, slug, *guest});
  }
}

void FleetLoad::talk(Person& student) {
  const auto socket = student.socket(Side::participant);
  if (socket == PeerId{}) {
    if (chance_.in(0.05)) enter_some_room(student);
    return;
  }
  if (chance_.in(0.05)) return disconnect(student, Side::participant);
  const double mood = chance_.roll();
  if (mood < 0.05) return send(socket, SendRoomMessage{chance_.pick(remarks)});
  if (!student.last_message) return;
  const auto message = to_string(*student.last_message);
  if (mood < 0.06) send(socket, EditRoomMessage{message, chance_.pick(remarks)});
  if (mood > 0.99) send(socket, DeleteRoomMessage{message});
}

void FleetLoad::enter_some_room(Person& student) {
  const auto& other = some_student();
  if (!other.account) return;
  const auto& host = account_of(other).username;
  const auto count = projections().rooms.count_of(*other.account);
  if (!host || count == 0) return;
  open_socket(student, Side::participant,
              EnterRoom{student.caller(Side::participant), *host, slug_of(chance_.below(count))});
}

FleetLoad::Person& FleetLoad::some_student() { return *chance_.pick(students_); }

}  // namespace hansom::bench
