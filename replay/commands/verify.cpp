#include "replay/verify.hpp"

#include "replay/commands/commands.hpp"

namespace hansom::replay {
namespace {

Outcome run(const Invocation& invocation) {
  const auto verified = verify(invocation.data_dir, invocation.console);
  if (!verified) return std::unexpected(verified.error());
  auto& out = invocation.console.out;
  out << "verified: " << verified->end.value << " events in " << verified->streams << " streams";
  if (verified->checkpoint) {
    out << ", and the checkpoint at position " << verified->checkpoint->value;
  }
  out << '\n';
  return {};
}

}  // namespace

Command verify_command() {
  return {
      "verify",
      "",
      "walks the whole log; exit 1 and the first bad position where something is wrong",
      "Checks each record's hash, which holds the one before; that positions and revisions have\n"
      "no gaps; that each event can be read and may follow on what was before it; that all that\n"
      "the server acknowledged is there; that the index says of every event where it is; and\n"
      "that the state folded from position 1 on is what the checkpoint says.\n",
      {"hansom-replay --data-dir ./data verify"},
      [](cxxopts::OptionAdder&&) {},
      run};
}

}  // namespace hansom::replay
