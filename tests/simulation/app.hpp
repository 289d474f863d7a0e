#pragma once

#include "net/dialects/json_reader.hpp"
#include "tests/simulation/world.hpp"

#include <deque>
#include <string>

namespace hansom::simulation {

/// How people behave.
struct Manners {
  double nonsense = 0;   ///< how often something else is sent than makes sense, of 1
  double drops = 0;      ///< how often a connection is lost
  bool is_idle = false;  ///< nothing is begun any more, only connections are mended
};

/// What all apps share: they do something now and then, and speak to the world.
class App : public Listener {
 public:
  App(World& world, const Manners& manners, AccountId account, Side side)
      : world_(world), manners_(manners), account_(account), side_(side) {}

  /// Begins to live.
  void begin() { tick(); }
  /// Throws `Violation` where, after some quiet time, something is missing.
  virtual void check_all_is_told() const = 0;

 protected:
  virtual void do_something() = 0;

  void tick();
  std::string words(const char* what);
  void request(std::string method, std::string target, std::string body, Heard heard);
  /// Where the log stands now.
  Position now_at() const { return world_.truth.mark().position; }
  [[noreturn]] void fail(const std::string& what, const std::string& frame = {}) const;

  World& world_;
  const Manners& manners_;
  const AccountId account_;
  const Side side_;
};

/// The latest of something, each once.
void remember(std::deque<std::string>& recent, const std::string& what);
std::string member(const net::Json& json, const char* name);
/// Throws `Violation` for what is no JSON object.
net::JsonDocument parsed(const std::string& text);
std::string quoted(const std::string& text);
/// Whether two answers carry the same `data`.
bool same_data(const std::string& body, const Answer& expected);

}  // namespace hansom::simulation
