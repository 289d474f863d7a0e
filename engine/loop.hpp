#pragma once

#include "engine/commands.hpp"
#include "engine/decide.hpp"
#include "engine/observer.hpp"
#include "engine/outlet.hpp"
#include "engine/renderer.hpp"
#include "engine/rules.hpp"
#include "engine/sessions.hpp"
#include "engine/turn.hpp"
#include "events/event_log.hpp"
#include "projections/checkpoint.hpp"
#include "projections/projections.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hansom {

/// The engine of one zone: takes commands, decides them, appends what follows, and says what that
/// means to whom, in this order. Owns all state of the zone and belongs to one thread. Reads no
/// clock and no random source: time and ids come in from outside, so that it runs live, in a test
/// and in a simulation alike.
class Loop {
 public:
  using NewId = std::function<Uuid()>;
  /// Gives the newest checkpoint of the log, if there is one that can be used.
  using LoadCheckpoint = std::function<std::optional<Checkpoint>()>;

  /// All arguments must outlive the loop.
  Loop(EventLog& log, const Rules& rules, const Renderer& renderer, Observer& observer,
       Outlet& outlet, NewId new_id, LoadCheckpoint load_checkpoint = {});
  /// Waits for the log.
  ~Loop() { log_.finish_appends(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Folds the log, from its checkpoint on. To be called once, before the first turn; `clock`
  /// starts the restart grace. A checkpoint with a record that the log does not have says that the
  /// log is damaged.
  LogResult start(Instant clock);

  /// One turn: decides the commands and whatever is due at `clock`, appends the events, and
  /// releases what that means to whom once they are durable. If that fails, nothing of it is shown:
  /// the senders get LOG_UNAVAILABLE, and the state is folded anew from what the log holds.
  /// If no more than `in_flight_max` are in flight then, the turn with them, it is not waited for:
  /// it is released, or taken back with all that rests on it, while the next ones are decided.
  void turn(std::vector<Submitted> commands, Instant clock, std::size_t in_flight_max = 0);

  /// Waits until all turns are released, or taken back.
  void finish(Instant clock);

  /// When the next turn is due though nobody sends anything.
  std::optional<Instant> next_due() const;

  /// Whether commands are being decided; false while the log can't be written.
  bool serving() const { return !retry_log_at_; }

  const Projections& projections() const { return projections_; }

 private:
  void run(PeerId from, const Command& command);
  void look_ahead(std::span<const Submitted> commands);

  /// What a command on a socket comes to: events in a stream, or a refusal.
  template <typename Event>
  struct Step {
    StreamId stream;
    DecisionOf<Event> decision;
  };
  /// Decides a command for the session that it came from, and commits what follows.
  template <typename SocketCommand, typename Decide>
  void act(PeerId from, const SocketCommand& command, Decide decide_for) {
    const auto* session = sessions_.find(from);
    if (!session) return;  // dismissed meanwhile
    const auto actor = actor_on(session->side, session->account);
    auto [stream, events] = decide_for(*session, now(actor));
    if (!events) return refuse(from, command, events.error());
    commit(stream, actor, std::move(*events));
  }

  // From sockets of the taxi protocol (loop_sockets.cpp, loop_resync.cpp); the last one serves all
  // commands on a booking.
  void handle(PeerId from, const Connect& command);
  void handle(PeerId from, const Disconnect& command);
  void handle(PeerId from, const Misspeak& command);
  void handle(PeerId from, const UpdateLocation& command);
  void handle(PeerId from, const Resync& command);
  void handle(PeerId from, const TellPosition& command);
  void handle(PeerId from, const Drained& command);
  template <typename BookingCommand>
  requires(std::is_same_v<decltype(BookingCommand::booking_id), std::string> &&
           !has_caller<BookingCommand>) void handle(PeerId from, const BookingCommand& command);

  // From sockets of the campus protocol (loop_campus.cpp).
  void handle(PeerId from, const RequestOpenRide& command);
  void handle(PeerId from, const AcceptOpenOffer& command);
  void handle(PeerId from, const CompleteOpenRide& command);
  void handle(PeerId from, const CancelOpenRide& command);
  void handle(PeerId from, const SendRideMessage& command);
  template <typename RideCommand, typename Decide>
  void act_on_ride(PeerId from, const RideCommand& command, Decide decide_on);

  // From sockets in rooms (loop_rooms.cpp).
  void handle(PeerId from, const SendRoomMessage& command);
  void handle(PeerId from, const EditRoomMessage& command);
  void handle(PeerId from, const DeleteRoomMessage& command);
  template <typename MessageCommand>
  void change_message(PeerId from, const MessageCommand& command);

  // From HTTP requests of all but the admin, once it is known who calls (loop_requests.cpp,
  // loop_lists.cpp, loop_campus.cpp, loop_rooms.cpp).
  template <typename Request>
  requires has_caller<Request>
  void handle(PeerId from, const Request& request) {
    const auto* account = account_of(request.caller.identity);
    if (const auto objection = objection_to(request.caller.side, account)) {
      return refuse(from, request, *objection);
    }
    serve(from, *account, request);
  }
  void serve(PeerId from, const Account& caller, const MalformedRequest& request);
  void serve(PeerId from, const Account& caller, const RequestBooking& request);
  void serve(PeerId from, const Account& caller, const CancelRideByCustomer& request);
  void serve(PeerId from, const Account& caller, const CancelRideByDriver& request);
  void serve(PeerId from, const Account& caller, const ShowProfile& request);
  void serve(PeerId from, const Account& caller, const ListBookings& request);
  void serve(PeerId from, const Account& caller, const AddOwnTemplate& request);
  void serve(PeerId from, const Account& caller, const ListTemplates& request);
  void serve(PeerId from, const Account& caller, const DeleteOwnTemplate& request);
  void serve(PeerId from, const Account& caller, const ConnectToCampus& request);
  void handle(PeerId from, const EnterRoom& request);
  void serve(PeerId from, const Account& caller, const OpenRoom& request);
  void serve(PeerId from, const Account& caller, const AddParticipant& request);
  void serve(PeerId from, const Account& caller, const RemoveParticipant& request);
  void serve(PeerId from, const Account& caller, const ListRoomMessages& request);
  template <typename Request>
  void cancel_ride(PeerId from, const Account& caller, const Request& request);
  void note_device(const Account& account, const Actor& actor, const DeviceSeen& device);

  // From the admin (loop_admin.cpp).
  void handle(PeerId from, const RegisterAccount& command);
  void handle(PeerId from, const ShowAccount& command);
  void handle(PeerId from, const ChangeAccount& command);
  void handle(PeerId from, const EndSessions& command);
  void handle(PeerId from, const AddAdminTemplate& command);
  void handle(PeerId from, const ListAdminTemplates& command);

  // What follows by itself.
  template <typename Consequence>
  requires(std::is_same_v<decltype(Consequence::booking), BookingId>) void handle(
      PeerId from, const Consequence& command);

  void expire_due();
  void plan_farewells();
  void bid_farewells(Instant clock);

  template <typename Event>
  void commit(const StreamId& stream, const Actor& actor, std::vector<Event> events) {
    for (auto& event : events) commit(stream, actor, hansom::Event(std::move(event)));
  }
  void commit(const StreamId& stream, const Actor& actor, Event event);
  void show(const Envelope& envelope);
  void push(const Envelope& envelope, const Booking& booking);
  void push_to_drivers(const Envelope& envelope, const Booking& booking);
  void push_to_room(const Envelope& envelope);

  template <typename Command>
  void refuse(PeerId to, const Command& command, const Refusal& refusal) {
    std::optional<Side> side;
    if constexpr (has_caller<Command>) side = command.caller.side;
    refuse(to, comes_over_http<Command>, side, booking_id_of(command), refusal);
  }
  void refuse(PeerId to, bool over_http, std::optional<Side> side,
              std::optional<std::string_view> booking_id, const Refusal& refusal);
  void dismiss(PeerId peer, Side side, const Refusal& refusal, CloseCode code);
  void say(PeerId to, decltype(Output::what) what);

  // The way of a turn to the log, and back.
  std::unique_ptr<Turn> new_turn();
  void hand_over(std::size_t in_flight_max);
  void conclude(Turn& turn, const LogResult& appended);
  void release(Outbox& outbox);
  void see_to_turns(Instant clock);

  // What happens when the log fails (loop_failure.cpp).
  void turn_away(const std::vector<Submitted>& commands);
  void take_back(Instant clock);
  void withdraw(const Turn& failed);
  void say_unavailable(PeerId to, const Command& command);
  bool recover(Instant clock);
  LogResult fold();
  void wait_for_drivers();
  LogResult restore_checkpoint();

  // Who may do what, and who may not any more.
  const Account* account_of(const Identity& identity) const;
  std::optional<Refusal> objection_to(Side side, const Account* account) const;
  std::optional<Refusal> objection_to_socket(const Connect& command, const Account* account);
  std::optional<Refusal> objection_to_another_socket(AccountId account) const;
  void force_disconnect(AccountId account, Side side, std::string_view reason);
  void force_disconnect(PeerId peer, std::string_view reason);
  void end_unentitled(const Account& account);
  void end_all_unentitled();

  void show_pending(Session& session);
  const Frame& pending_frame(const Booking& booking);
  /// What an account has pending or accepted on a side of the campus protocol, or null.
  const Booking* open_ride_of(AccountId account, Side side) const;

  // What there is of rooms.
  const Room* find_room(std::string_view host, std::string_view slug) const;
  void end_removed(const Room& room);
  std::optional<Refusal> objection_to_entering(const Room& room, const Account& account) const;
  using MaybeFate = std::optional<MessageFate>;
  std::expected<MaybeFate, Refusal> fate_of(std::string_view message, RoomId room) const;
  std::expected<MaybeFate, Refusal> fate_of(MessageId message, RoomId room) const;
  std::expected<MessagePage, Refusal> list_messages(RoomId room, Position before,
                                                    std::size_t limit) const;

  // What a resync is answered, in parts where it is much (loop_resync.cpp).
  struct Part {
    std::vector<Frame> frames;
    bool is_last = true;
  };
  void answer_resyncs(Session& session);
  void give_up_resyncs(PeerId peer);
  std::expected<Part, Refusal> next_part(Session& session);
  std::expected<Part, Refusal> replay_part(Session& session, Position since);
  Replay begin_replay(const Session& session, Position since) const;
  std::expected<bool, Refusal> find_bookings(const Session& session, Replay& replay,
                                             std::size_t look_at) const;
  std::expected<const Booking*, Refusal> booking_to_show(const Session& session,
                                                         const Resync& command,
                                                         Booking& room) const;
  std::vector<BookingId> in_progress(const Session& session) const;
  Position before_all_in_progress(const Session& session) const;

  // What is listed (loop_lists.cpp).
  struct BookingList {
    std::vector<Booking> bookings;
    std::optional<BookingId> next_before;  // where there is more; maybe of one that is not on it
  };
  std::expected<BookingList, Refusal> list_bookings(AccountId account, Side side, Position before,
                                                    std::size_t limit) const;
  std::expected<Position, Refusal> place_in_list(AccountId account, Side side,
                                                 std::string_view booking) const;

  // What there is, in memory, in the log, and in what the running turn adds to it. A booking that
  // is not in memory is folded into `room`; one that exists nowhere is `Booking{}`.
  const Booking* find_booking(std::string_view id) const;
  std::expected<const Booking*, Refusal> find_or_fold(std::string_view id, Booking& room) const;
  std::expected<const Booking*, Refusal> find_or_fold(BookingId id, Booking& room) const;
  LogResult history_is_there() const;
  bool rests_on_failure() const;
  LogResult read_stream(const StreamId& stream, const EventLog::Visit& visit) const;
  LogResult read_mentions(const Subject& subject, Position before,
                          const EventLog::Visit& visit) const;
  Refusal unreadable(const LogError& error) const;
  Now now(const Actor& actor) const;

  EventLog& log_;
  const Rules& rules_;
  const Renderer& renderer_;
  Observer& observer_;
  Outlet& outlet_;
  const NewId new_id_;
  const LoadCheckpoint load_checkpoint_;

  Projections projections_;
  Sessions sessions_;
  std::unordered_map<BookingId, Frame> pending_frames_;  // rendered once for all drivers
  std::deque<std::pair<Instant, PeerId>> farewells_;  // in order, as the delay is always the same
  Instant grace_until_;  // until when drivers may come back before their time runs out
  std::optional<Instant> retry_log_at_;    // set while the log is out of order
  std::optional<Position> unshown_after_;  // what follows was withheld, should the log have it
  Instant reopened_at_;                    // when that was last tried
  bool folded_anew_ = false;  // so that somebody may be connected who may not be any more

  // The turn that runs.
  std::unique_ptr<Turn> turn_;
  Instant at_;
  CommandId cause_;
  std::vector<Push> pushes_;

  // The turns before it: those that are not known to be durable, oldest first, and some that can be
  // used again.
  std::deque<std::unique_ptr<Turn>> in_flight_;
  std::vector<std::unique_ptr<Turn>> used_;
};

}  // namespace hansom
