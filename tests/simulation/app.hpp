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
  [[noreturn]] void fail(const std::string& what, const std::string& frame = {}) const;

  World& world_;
  const Manners& manners_;
  const AccountId account_;
  const Side side_;
};

/// Keeps a few of the latest, each once.
void remember(std::deque<std::string>& recent, const std::string& what);

/// A member that is a text; empty where it is none.
std::string member(const net::Json& json, const char* name);

/// The object that a frame or an answer is. Throws `Violation`.
net::JsonDocument parsed(const std::string& text);

inline std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace hansom::simulation
