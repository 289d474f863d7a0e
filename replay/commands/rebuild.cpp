#include "events/rocksdb_log.hpp"
#include "projections/checkpoint.hpp"
#include "replay/commands/commands.hpp"
#include "replay/reading.hpp"

namespace hansom::replay {
namespace {

Outcome run(const Invocation& invocation) {
  if (!std::filesystem::exists(invocation.data_dir / "log" / "CURRENT")) {
    return fail("there is no log in " + invocation.data_dir.string());
  }
  // For writing, so that no server runs meanwhile.
  const auto log = RocksDbLog::open(invocation.data_dir);
  if (!log) return fail(log.error());
  Projections state;
  const auto folded =
      walk(**log, Position{1}, invocation.console, "folding", [&](const Envelope& envelope) {
        state.fold(envelope);
        return true;
      });
  if (!folded) return folded;
  const auto end = (*log)->mark();
  const auto stored = store_checkpoint(checkpoint_file(invocation.data_dir), end, state);
  if (!stored) return fail(stored.error());
  invocation.console.out << "rebuilt: the checkpoint stands at position " << end.position.value
                         << '\n';
  return {};
}

}  // namespace

Command rebuild_command() {
  return {
      "rebuild",
      "",
      "throws the checkpoint away and folds the log anew (server stopped)",
      "Makes the checkpoint anew from the log's first event on. The server must be stopped. An\n"
      "interruption leaves the old one.\n",
      {"hansom-replay --data-dir /var/lib/hansom rebuild"},
      [](cxxopts::OptionAdder&&) {},
      run};
}

}  // namespace hansom::replay
