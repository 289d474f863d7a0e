#include "tests/simulation/simulation.hpp"

#include "tests/simulation/campus_app.hpp"
#include "tests/simulation/room_app.hpp"
#include "tests/simulation/taxi_app.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace hansom::simulation {
namespace {

/// Somewhat less than what is said, or nothing at all.
double up_to(Chance& chance, double most) { return chance.in(0.4) ? 0 : most * chance.roll(); }

class Simulation {
 public:
  Simulation(std::uint64_t seed, bool traced) : world_(seed, traced) {}

  Run run() {
    Run run;
    try {
      settle_in();
      let_live(world_.between(20s, 60s));
      calm_down();
      check_all_is_told();
    } catch (const Violation& violation) {
      run.violation = violation.what();
    }
    run.trace_hash = world_.trace_hash();
    run.simulated = world_.now() - noon;
    run.events = world_.truth.mark().position.value;
    run.frames = world_.frames;
    run.crashes = world_.crashes;
    run.log_failures = world_.failures;
    run.refusals = world_.refusals;
    return run;
  }

 private:
  /// The room, and who is there.
  void settle_in() {
    ask(alice, "POST", "/api/rooms", R"({"name":"General"})");
    pass(1s);
    for (const auto* name : {"carol", "dana", "frank"}) invite(name);
    pass(1s);
    const auto& rooms = world_.truth.state().rooms.all();
    if (rooms.size() != 1) throw Violation("there is no room");
    const auto room = rooms.begin()->first;

    auto& chance = world_.chance;
    manners_.nonsense = up_to(chance, 0.4);
    manners_.drops = up_to(chance, 0.2);
    const auto join = [&](std::unique_ptr<App> app) {
      if (chance.in(0.75)) apps_.push_back(std::move(app));
    };
    for (const auto driver : {bob, dana, erin, frank}) {
      join(std::make_unique<TaxiApp>(world_, manners_, driver, Side::driver));
    }
    for (const auto customer : {alice, carol, erin}) {
      join(std::make_unique<TaxiApp>(world_, manners_, customer, Side::customer));
    }
    for (const auto student : {alice, carol, dana}) {
      if (chance.in(0.5)) continue;
      join(std::make_unique<CampusApp>(world_, manners_, student, Side::passenger));
    }
    for (const auto student : {dana, frank, alice}) {
      if (chance.in(0.5)) continue;
      join(std::make_unique<CampusApp>(world_, manners_, student, Side::campus_driver));
    }
    for (const auto participant : {alice, carol, dana, frank}) {
      if (chance.in(0.6)) continue;
      join(std::make_unique<RoomApp>(world_, manners_, participant, room));
    }
    for (const auto& app : apps_) app->begin();
  }

  void let_live(std::chrono::microseconds time) {
    auto& chance = world_.chance;
    world_.faults.write_fails = up_to(chance, 0.03);
    world_.faults.sync_fails = up_to(chance, 0.03);
    world_.faults.reopen_fails = up_to(chance, 0.7);
    world_.faults.read_fails = up_to(chance, 0.03);
    world_.faults.killed = up_to(chance, 0.01);
    world_.busy = chance.in(0.5) ? 0 : chance.roll();
    world_.overloaded = up_to(chance, 0.05);
    const double crashes = up_to(chance, 0.3);
    const double others = up_to(chance, 0.1);
    const double admins = up_to(chance, 0.2);
    for (const auto end = world_.now() + time; world_.now() < end;) {
      pass(world_.between(100ms, 1500ms));
      if (chance.in(crashes)) world_.crash(chance.in(0.5));
      if (chance.in(others)) world_.append_from_elsewhere();
      if (chance.in(0.1)) world_.store_checkpoint();
      if (chance.in(admins)) administer();
    }
  }

  void administer() {
    auto& chance = world_.chance;
    const auto account = chance.pick(cast()).first;
    const auto path = "/api/admin/accounts/" + to_string(account);
    switch (chance.below(4)) {
      case 0:
        return ask_as_admin("DELETE", path + "/session", "");
      case 1:
        if (account == alice) return;
        ask(alice, "DELETE", "/api/rooms/alice/general/participants/frank", "");
        return world_.after(3s, [this] { invite("frank"); });
      default:
        ask_as_admin("PATCH", path, R"({"status":"blocked"})");
        return world_.after(world_.between(1s, 6s), [this, path] {
          ask_as_admin("PATCH", path, R"({"status":"active"})");
        });
    }
  }

  /// Nothing fails any more, nobody begins anything, and everybody comes back.
  void calm_down() {
    world_.faults = {};
    world_.busy = 0;
    world_.overloaded = 0;
    manners_ = {0, 0, true};
    pass(10s);
    for (const auto& [account, registered] : cast()) {
      ask_as_admin("PATCH", "/api/admin/accounts/" + to_string(account), R"({"status":"active"})");
    }
    pass(2s);
    invite("frank");
    // All timers run out, and whoever lost a connection has another one by then.
    pass(90s);
    if (!world_.is_serving()) throw Violation("the log is there again, and nobody serves");
    world_.check_state();
    world_.check_overdue();
  }

  void check_all_is_told() {
    for (const auto& app : apps_) app->check_all_is_told();
    if (!world_.all_are_answered()) throw Violation("a request was not answered");
  }

  void pass(std::chrono::microseconds time) { world_.run_until(world_.now() + time); }

  void ask(AccountId account, const std::string& method, const std::string& target,
           const std::string& body) {
    ask_with(world_.token_of(account), method, target, body);
  }
  void ask_as_admin(const std::string& method, const std::string& target, const std::string& body) {
    ask_with(World::admin_token, method, target, body);
  }
  /// Until it is answered.
  void ask_with(const std::string& token, const std::string& method, const std::string& target,
                const std::string& body) {
    world_.request({method, target, token, body}, [=, this](const auto& answer) {
      if (answer && answer->status != 503) return;
      world_.after(200ms, [=, this] { ask_with(token, method, target, body); });
    });
  }
  void invite(const std::string& name) {
    ask(alice, "POST", "/api/rooms/alice/general/participants", R"({"username":")" + name + "\"}");
  }

  Manners manners_;
  std::vector<std::unique_ptr<App>> apps_;
  World world_;
};

}  // namespace

Run run(std::uint64_t seed, bool traced) { return Simulation(seed, traced).run(); }

}  // namespace hansom::simulation
