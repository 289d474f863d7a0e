#pragma once

#include "engine/refusal.hpp"
#include "events/event_log.hpp"

#include <span>
#include <string_view>

namespace hansom {

/// Told by the loop what it does, for metrics and the operator's log. Called on the engine thread,
/// but where something else is said.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void command(std::string_view name) = 0;
  virtual void refused(RefusalCode code) = 0;
  /// The events of a turn became durable. Called on the engine's thread or the log's, one call
  /// after the other, but maybe while another member is called on the engine's.
  virtual void appended(std::span<const Envelope> events) = 0;
  virtual void log_failed(const LogError& error) = 0;
  virtual void log_recovered(Position end) = 0;
};

}  // namespace hansom
