#include "net/checkpointer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace hansom::net {
namespace {

/// How often it is looked whether enough has come.
constexpr std::chrono::seconds look_interval{1};

/// How long is waited after a failure: twice as long after each one, as each costs a folding.
constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{600};

}  // namespace

Checkpointer::Checkpointer(const EventLog& log, std::filesystem::path data_dir,
                           std::uint64_t every_events, Position reached)
    : log_(log), file_(checkpoint_file(data_dir)), every_events_(every_events), reached_(reached) {
  if (every_events_ > 0) thread_ = std::jthread([this](const auto& stop) { work(stop); });
}

void Checkpointer::work(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  const auto wait = [&](std::chrono::seconds length) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, length, [] { return false; });
  };
  auto pause = first_pause;
  while (!stop.stop_requested()) {
    wait(look_interval);
    if (log_.mark().position.value < reached_.value + every_events_) continue;
    const auto advanced = advance_checkpoint(log_, file_, [&] { return !stop.stop_requested(); });
    if (advanced) {
      if (*advanced) reached_ = **advanced;
      pause = first_pause;
      continue;
    }
    spdlog::warn("no checkpoint could be made: {}; tried again in {} s", advanced.error(),
                 pause.count());
    wait(pause);
    pause = std::min(2 * pause, longest_pause);
  }
}

std::optional<Checkpoint> usable_checkpoint(const std::filesystem::path& data_dir) {
  auto loaded = load_checkpoint(checkpoint_file(data_dir));
  if (loaded) return std::move(*loaded);
  spdlog::warn("{}; the whole log is folded instead", loaded.error());
  return std::nullopt;
}

}  // namespace hansom::net
