#pragma once

#include "engine/commands.hpp"
#include "engine/refusal.hpp"
#include "events/event_log.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace hansom {

/// Told by the loop what it does, for metrics and the operator's log. Called on the engine thread,
/// but where something else is said.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void command(std::string_view name) = 0;
  /// `side`: on which it was asked; none for an admin's request and what nobody asked for.
  virtual void refused(RefusalCode code, std::optional<Side> side) = 0;
  /// At the end of each turn: so many drivers have a socket, in the taxi protocol and on campus.
  virtual void drivers_connected(std::size_t taxi, std::size_t campus) = 0;
  /// The events of a turn became durable. Called on the engine's thread or the log's, one call
  /// after the other, but maybe while another member is called on the engine's.
  virtual void appended(std::span<const Envelope> events) = 0;
  virtual void log_failed(const LogError& error) = 0;
  virtual void log_recovered(Position end) = 0;
};

}  // namespace hansom
