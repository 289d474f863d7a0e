#include "bench/fleet_load.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace hansom::bench {
namespace {

using namespace std::chrono_literals;

constexpr Instant beginning = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
constexpr std::chrono::microseconds step_max = 4s;
/// So often somebody wakes, on average.
constexpr std::chrono::microseconds sleep_mean = 12s;

std::string name_of(std::size_t number) {
  constexpr std::array first = {"Aroha", "Björn", "Chloé",  "Dmitri", "Eszter", "Farid",
                                "Grace", "Hemi",  "Ingrid", "José",   "Kiri",   "Łucja"};
  constexpr std::array last = {"Nguyen", "Smith", "O'Brien", "Tāwhiri", "Müller", "García", "王"};
  return std::string(first[number % first.size()]) + " " + last[number % last.size()];
}

/// Everybody differs, and the same number is always the same person.
AccountRegistered profile_of(const std::string& kind, std::size_t number) {
  const auto name = kind + std::to_string(number);
  AccountRegistered profile;
  profile.email = name + "@fleet.invalid";
  profile.name = name_of(number);
  profile.phone = std::to_string(210'000'000 + number);
  profile.country = number % 5 ? "AU" : "NZ";
  const bool is_driver = kind == "driver";
  if (is_driver) {
    profile.roles.push_back(Role::driver);
    profile.vehicle_number = "FLT-" + std::to_string(number);
    profile.driver_code = "DRV-" + std::to_string(number);
  }
  if (!is_driver || number % 8 == 1) profile.roles.push_back(Role::customer);
  if (number % (is_driver ? 6 : 2) == 0) {
    profile.roles.push_back(Role::student);
    profile.username = name;
  }
  if (number % 4 == 0) profile.avatar = "avatar-" + std::to_string(number % 20) + ".png";
  return profile;
}

}  // namespace

bool FleetLoad::Person::may_be(Role role) const {
  return std::ranges::find(profile.roles, role) != profile.roles.end();
}

void FleetLoad::NotingObserver::appended(std::span<const Envelope> events) {
  for (const auto& envelope : events) {
    const auto* event = std::get_if<RoomEvent>(&envelope.event);
    const auto* sent = event ? std::get_if<RoomMessageSent>(event) : nullptr;
    if (!sent) continue;
    const auto author = load_.by_account_.find(sent->author.account);
    if (author == load_.by_account_.end()) continue;
    author->second->last_message = MessageId{envelope.cause.value};
  }
}

FleetLoad::FleetLoad(EventLog& log, std::uint64_t seed, const FleetSizes& sizes,
                     const Renderer& renderer)
    : chance_(mixed(seed) + log.end().value),
      in_flight_(sizes.in_flight),
      loop_(log, rules_, renderer, observer_, said_, [this] { return uuid_of(++last_id_); }),
      // Ids of a load that goes on must not come again.
      last_id_(mixed(mixed(seed) + log.end().value)) {
  for (std::size_t i = 0; i < sizes.drivers; ++i) people_.push_back({profile_of("driver", i), {}});
  for (std::size_t i = 0; i < sizes.customers; ++i) {
    people_.push_back({profile_of("customer", i), {}});
  }
  for (auto& person : people_) {
    if (person.may_be(Role::student)) students_.push_back(&person);
  }
  expect(loop_.start(beginning));
  clock_ = std::max(beginning, loop_.projections().last_at);
}

void FleetLoad::turn() {
  const auto step =
      std::chrono::microseconds(chance_.below(static_cast<std::size_t>(step_max.count())));
  clock_ += step;
  requested_ = 0;
  for (const auto peer : drained_) send(peer, Drained{});
  drained_.clear();
  const double awake = static_cast<double>(people_.size()) * static_cast<double>(step.count()) /
                       static_cast<double>(sleep_mean.count());
  const auto surely = static_cast<std::size_t>(awake);
  const auto count = surely + (chance_.in(awake - static_cast<double>(surely)) ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) wake(people_[chance_.below(people_.size())]);
  loop_.turn(std::exchange(batch_, {}), clock_);
  for (const auto& output : said_.take()) heed(output);
}

/// Somebody does what they feel like. Who was blocked, or lost a role, hardly does.
void FleetLoad::wake(Person& person) {
  if (!person.account) {
    const auto* account = projections().accounts.find_email(person.profile.email);
    if (!account) return ask(RegisterAccount{person.profile});
    person.account = account->id;
    by_account_[account->id] = &person;
  }
  if (!is_in_order(person)) {
    if (chance_.in(0.2)) put_in_order(person);
    if (chance_.in(0.8)) return;
  }
  administer(person);
  if (person.may_be(Role::driver)) drive(person);
  if (person.may_be(Role::customer)) ride(person);
  if (person.may_be(Role::student)) {
    ride_on_campus(person);
    drive_on_campus(person);
    host(person);
    talk(person);
  }
}

/// Whether the person has a socket on this side; with some luck, who has none asks for one.
bool FleetLoad::is_online(Person& person, Side side, const Habit& habit) {
  if (person.socket(side) == PeerId{}) {
    if (chance_.in(habit.comes)) connect(person, side);
    return false;
  }
  if (chance_.in(0.002) && may_take_over(person.socket(side))) connect(person, side);
  if (!chance_.in(habit.goes)) return true;
  disconnect(person, side);
  return false;
}

void FleetLoad::connect(Person& person, Side side) {
  if (side == Side::driver || side == Side::customer) {
    Connect command{side, person.caller(side).identity, {}};
    if (chance_.in(0.05)) command.device_id = chance_.in(0.8) ? "phone" : "tablet";
    open_socket(person, side, std::move(command));
    if (chance_.in(0.5)) send(person.socket(side), Resync{});
  } else {
    open_socket(person, side, ConnectToCampus{person.caller(side), to_string(*person.account)});
  }
}

void FleetLoad::disconnect(Person& person, Side side) {
  const auto socket = person.socket(side);
  send(socket, Disconnect{});
  lose(socket);
}

/// Asks for a socket, and takes it for open until told otherwise.
void FleetLoad::open_socket(Person& person, Side side, Command command) {
  auto& socket = person.sockets[static_cast<std::size_t>(side)];
  const auto before = std::exchange(socket, PeerId{++last_peer_});
  by_socket_[socket.value] = {&person, side, before};
  send(socket, std::move(command));
}

/// Whether a new socket may take this one's place: only where one replaces the other, and it is
/// clear already which there is.
bool FleetLoad::may_take_over(PeerId socket) const {
  const auto& [person, side, before] = by_socket_.at(socket.value);
  const bool is_taxi = side == Side::driver || side == Side::customer;
  return is_taxi && !by_socket_.contains(before.value);
}

/// A socket is gone. Where it was to replace another one that is still there, that one stays.
void FleetLoad::lose(PeerId gone) {
  const auto [person, side, before] = by_socket_.at(gone.value);
  by_socket_.erase(gone.value);
  if (side == Side::participant) person->last_message.reset();
  auto& socket = person->sockets[static_cast<std::size_t>(side)];
  if (socket == gone) socket = by_socket_.contains(before.value) ? before : PeerId{};
}

/// Notes which sockets were refused or closed, and which can take more.
void FleetLoad::heed(const Output& output) {
  if (!by_socket_.contains(output.to.value)) return;
  const auto* burst = std::get_if<Burst>(&output.what);
  if (burst && burst->report_drained) drained_.push_back(output.to);
  const bool is_over =
      std::holds_alternative<Close>(output.what) || std::holds_alternative<Answer>(output.what);
  if (is_over) lose(output.to);
}

/// Whether one more booking may be; if so, one is requested.
bool FleetLoad::may_request() {
  if (projections().bookings.size() + requested_ >= in_flight_) return false;
  ++requested_;
  return true;
}

/// In or around Sydney, to some ten centimetres.
Coordinates FleetLoad::somewhere() {
  const auto near = [&](double centre) {
    return std::round((centre + 0.2 * (chance_.roll() - 0.5)) * 1e6) / 1e6;
  };
  const double latitude = near(sydney.latitude);
  return {latitude, near(sydney.longitude)};
}

/// REQUIRES: the account is known.
const Account& FleetLoad::account_of(const Person& person) const {
  return *projections().accounts.find(*person.account);
}

}  // namespace hansom::bench
