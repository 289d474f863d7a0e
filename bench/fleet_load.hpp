#pragma once

#include "bench/chance.hpp"
#include "bench/load_parts.hpp"
#include "engine/loop.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hansom::bench {

struct FleetSizes {
  std::size_t drivers = 100;
  std::size_t customers = 100;
  /// Once so many bookings are in progress nobody asks for another one.
  std::size_t in_flight = 32;
};

/// A random fleet, city and campus in virtual time: people who come and go, book, drive, chat, let
/// time run out and are blocked, through the real loop. Everything that can be in a log comes
/// about, in a mixture like that of life. Reads no clock and no random source, so the same seed on
/// the same log gives the same events, byte for byte.
///
/// All that it does follows from the loop's projections, so it goes on with whatever is in the log:
/// people of an earlier load are there again, and their bookings are brought to an end. What it
/// holds is bounded by the number of people, however long it runs.
class FleetLoad {
 public:
  /// Folds the log. Virtual time begins with 2026, or at the log's last event if that is later. The
  /// drivers, and then the customers, are registered when their turn comes; of both some are
  /// students, and some drivers are customers, too. All arguments must outlive the load. Throws
  /// `std::runtime_error` if the log fails.
  FleetLoad(EventLog& log, std::uint64_t seed, const FleetSizes& sizes, const Renderer& renderer);

  /// One turn, up to 4 seconds of virtual time after the one before: whoever wakes does something,
  /// which is often nothing. Throws `std::runtime_error` if the log fails.
  void turn();

  /// The log's end.
  std::uint64_t events() const { return loop_.projections().end.value; }
  const Projections& projections() const { return loop_.projections(); }
  /// The virtual time of the last turn.
  Instant clock() const { return clock_; }

 private:
  struct Person {
    AccountRegistered profile;         // as the admin registers it
    std::optional<AccountId> account;  // once that was done
    std::array<PeerId, side_count> sockets{};
    std::optional<Coordinates> position{};
    std::optional<MessageId> last_message{};  // in the room that they are in

    bool may_be(Role role) const;
    PeerId socket(Side side) const { return sockets[static_cast<std::size_t>(side)]; }
    Caller caller(Side side) const { return {side, {profile.email, {}, {}}}; }
  };

  /// A socket that is open, or asked for.
  struct Socket {
    Person* person = nullptr;
    Side side = Side::driver;
    PeerId before{};  // which it is to replace
  };

  /// Notes what people can't know from the projections: the last message that each has sent.
  class NotingObserver final : public StrictObserver {
   public:
    explicit NotingObserver(FleetLoad& load) : load_(load) {}
    void appended(std::span<const Envelope> events) override;

   private:
    FleetLoad& load_;
  };

  /// How likely somebody comes online, or goes, when they wake.
  struct Habit {
    double comes = 0;
    double goes = 0;
  };

  // Who is there (fleet_load.cpp).
  void wake(Person& person);
  bool is_online(Person& person, Side side, const Habit& habit);
  void connect(Person& person, Side side);
  void disconnect(Person& person, Side side);
  void open_socket(Person& person, Side side, Command command);
  bool may_take_over(PeerId socket) const;
  void lose(PeerId gone);
  void heed(const Output& output);
  bool may_request();
  Coordinates somewhere();
  void send(PeerId from, Command command) { batch_.push_back({from, std::move(command)}); }
  void ask(Command command) { send(PeerId{++last_peer_}, std::move(command)); }
  const Account& account_of(const Person& person) const;

  // Instant and scheduled bookings (fleet_load_taxi.cpp).
  void drive(Person& driver);
  void answer_offer(Person& driver, const Booking& booking);
  void carry_out(Person& driver, const Booking& booking);
  void move(Person& driver);
  GivenReason reason_of(const Person& driver);
  void ride(Person& customer);
  void follow(Person& customer, const Booking& booking);
  void request_booking(Person& customer);
  Instant some_pickup_time();

  // Open bookings (fleet_load_campus.cpp).
  void ride_on_campus(Person& student);
  void drive_on_campus(Person& student);

  // Rooms (fleet_load_rooms.cpp).
  void host(Person& student);
  void talk(Person& student);
  void enter_some_room(Person& student);
  Person& some_student();

  // What the admin does to people, and templates (fleet_load_admin.cpp).
  void administer(Person& person);
  void change_profile(Person& person);
  void set_status(const Person& person, AccountStatus status);
  bool is_in_order(const Person& person) const;
  void put_in_order(const Person& person);
  void keep_templates(Person& driver);

  const Rules rules_;
  Chance chance_;
  const std::size_t in_flight_;
  NotingObserver observer_{*this};
  Gathering said_;
  Loop loop_;
  Instant clock_;
  std::uint64_t last_id_ = 0;
  std::uint64_t last_peer_ = 0;

  std::vector<Person> people_;     // drivers, then customers; never more or less
  std::vector<Person*> students_;  // of them
  std::unordered_map<AccountId, Person*> by_account_;
  std::unordered_map<std::uint64_t, Socket> by_socket_;

  // Of the turn that comes.
  std::vector<Submitted> batch_;
  std::size_t requested_ = 0;
  std::vector<PeerId> drained_;  // who is told of in the turn after
};

}  // namespace hansom::bench
