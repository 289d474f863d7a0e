#pragma once

#include "engine/batch.hpp"
#include "engine/refusal.hpp"
#include "events/event_log.hpp"

#include <string_view>

namespace hansom {

/// Told by the loop what it does, for metrics and the operator's log. Called on the engine thread.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void command(std::string_view name) = 0;
  virtual void refused(RefusalCode code) = 0;
  /// A batch became durable.
  virtual void appended(const Batch& batch) = 0;
  virtual void log_failed(const LogError& error) = 0;
  virtual void log_recovered(Position end) = 0;
};

}  // namespace hansom
