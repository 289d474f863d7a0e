#pragma once

#include "engine/loop.hpp"
#include "net/api.hpp"
#include "net/command_queue.hpp"
#include "net/tokens/hs256.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/truth.hpp"
#include "tests/support/story.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

namespace hansom::simulation {

/// Who has a socket hears this of it.
class Listener {
 public:
  virtual ~Listener() = default;
  /// What follows on this position is told to it.
  virtual void opened(Position admitted) = 0;
  /// `in_burst`: it was asked for, or shown to who comes, and did not just happen.
  virtual void heard(const Frame& frame, bool in_burst) = 0;
  /// Nothing is heard any more.
  virtual void ended() = 0;
};

/// A socket, as both its ends know it.
struct Line {
  PeerId peer;
  Side side = Side::driver;
  AccountId account;
  Listener* listener = nullptr;      ///< null once the client's end is gone
  bool is_open = false;              ///< the upgrade was answered
  Instant came_at;                   ///< when it was asked for
  Instant opened_at;                 ///< .. and the engine admitted it
  std::optional<Instant> gone_at{};  ///< when one end knew that it is no more
  bool is_closing = false;           ///< the server says nothing more on it
  Frame last_said{};                 ///< by the server
  int owed = 0;                      ///< commands of its that were not answered
  Instant server_said_at;            ///< when the last thing arrives that the server said ..
  Instant client_said_at;            ///< .. and the client
  std::size_t under_way = 0;         ///< frames to the client
  bool reports_drained = false;
};

/// What is asked over HTTP.
struct Request {
  std::string method;
  std::string target;
  std::string token;
  std::string body{};
  std::optional<std::string> idempotency_key{};
};
/// Hears the answer, or that the connection was lost.
using Heard = std::function<void(const std::optional<Answer>&)>;

/// One server on one disk, a network, and time: all in one thread, from one seed. The engine, its
/// queue, the API and the dialects are the real ones; disk, network and clock are not.
class World : private Outlet, private Observer {
  const net::WireRenderer renderer_;

 public:
  World(std::uint64_t seed, bool traced);
  ~World() override;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Time.

  Instant now() const { return now_; }
  /// Lets something happen later.
  void after(std::chrono::microseconds delay, std::function<void()> what);
  /// Lets time pass. Throws `Violation`.
  void run_until(Instant end);
  std::chrono::microseconds between(std::chrono::microseconds low, std::chrono::microseconds high);

  // The network. Whatever is sent takes its time, and comes in order or not at all.

  std::shared_ptr<Line> open(Listener& listener, Side side, AccountId account,
                             const std::string& target);
  void send(const std::shared_ptr<Line>& line, std::string text, bool is_text = true);
  /// The client's end is gone; the server notices sooner or later.
  void drop(const std::shared_ptr<Line>& line);
  void request(Request request, Heard heard);
  /// A token that the account has.
  const std::string& token_of(AccountId account) const { return tokens_.at(account); }
  const Renderer& renderer() const { return renderer_; }
  static constexpr const char* admin_token = "the-admin";

  // What goes wrong.

  void crash(bool power_is_cut);
  void append_from_elsewhere();
  void store_checkpoint();
  DiskFaults faults;
  double busy = 0;        ///< how many turns are followed by others at once, of 1
  double overloaded = 0;  ///< how many commands find the queue full, of 1

  /// Notes that something happened: for the trace, and its hash.
  void note(std::string_view what, std::string_view more = {});
  std::uint64_t trace_hash() const { return hash_; }

  bool is_serving() const { return loop_ && loop_->serving(); }
  /// Compares the live state with what the log folds to, if nothing is under way.
  void check_state();
  /// Whether what is due is seen to.
  void check_overdue() const;
  /// Whether all requests over HTTP were answered, that are not lost.
  bool all_are_answered() const { return awaited_.empty(); }

  Chance chance;
  Truth truth;
  std::uint64_t crashes = 0;
  std::uint64_t failures = 0;  ///< of the log
  std::uint64_t refusals = 0;  ///< of commands that found the queue full
  std::uint64_t frames = 0;    ///< that were said

 private:
  struct Action {
    Instant at;
    std::uint64_t order;
    std::function<void()> what;
    bool operator>(const Action& other) const {
      return std::tie(at, order) > std::tie(other.at, other.order);
    }
  };
  // Outlet and Observer.
  void release(Outbox outbox) override;
  void call_turn() override { wake(now_); }
  void command(std::string_view name) override;
  void refused(RefusalCode, std::optional<Side>) override {}
  void drivers_connected(std::size_t, std::size_t) override {}
  void appended(std::span<const Envelope> events) override;
  void log_failed(const LogError& error) override;
  void log_recovered(Position) override { settled_since_ = now_; }

  void start();
  void open_log();
  void start_later();
  void submit(PeerId from, Command command);
  bool refuses_next();
  void wake(Instant at);
  void turn();
  void let_disk_work();
  /// Does what the process does, which may be killed at it.
  void live(const std::function<void()>& what);
  void take_upgrade(const std::shared_ptr<Line>& line, const std::string& target);
  void take_message(const std::shared_ptr<Line>& line, const std::string& text, bool is_text);
  void say(const std::shared_ptr<Line>& line, Frame frame, bool in_burst = false);
  void report_if_drained(const std::shared_ptr<Line>& line);
  void close(const std::shared_ptr<Line>& line);
  void end(Line& line);
  void sign_off(const std::shared_ptr<Line>& line);
  void take_output(Output&& output);
  Instant arrival(Instant& last);
  void take_request(const Request& request, const Heard& heard);
  PeerId new_peer() { return {++last_peer_}; }
  Uuid new_id();

  // Looked at after each turn (world_checks.cpp).
  void check_all();
  void check_answers();
  void check_lines();
  void check_deadlines();
  void check_choices();
  void check_close(const Line& line, const Output& output);
  bool had_socket(AccountId driver, Instant at) const;
  bool kept_socket(AccountId driver, Instant at) const;

  const bool traced_;
  std::uint64_t hash_ = 14695981039346656037ull;
  Instant now_ = noon;
  std::uint64_t last_order_ = 0;
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;

  // What outlives a process.
  Disk disk_;
  std::optional<std::string> checkpoint_;
  std::uint64_t last_peer_ = 0;
  std::uint64_t last_id_ = 0x1'0000;

  // A process.
  Rules rules_;
  const net::Hs256Verifier verifier_;
  const net::Api api_;
  std::map<AccountId, std::string> tokens_;
  std::uint64_t life_ = 0;
  std::unique_ptr<DiskLog> log_;
  std::unique_ptr<net::CommandQueue> queue_;
  std::unique_ptr<Loop> loop_;
  std::optional<Instant> turn_at_;
  bool disk_will_work_ = false;
  std::map<std::uint64_t, std::shared_ptr<Line>> lines_;
  std::map<std::pair<AccountId, Side>, PeerId> newest_;        // who asked for a socket last
  std::vector<std::shared_ptr<const Line>> lines_of_drivers_;  // all there ever were, of taxi
  std::map<std::uint64_t, Heard> awaited_;
  Instant started_at_;
  Instant settled_since_;  // since when there is this process, and its log did not fail

  // Whose command each event comes of.
  std::deque<std::pair<PeerId, std::string_view>> undecided_;  // of the turn that runs
  std::optional<PeerId> deciding_for_;
  std::map<Uuid, PeerId> senders_;
};

}  // namespace hansom::simulation
