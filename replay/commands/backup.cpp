#include "replay/commands/commands.hpp"
#include "replay/new_log.hpp"

namespace hansom::replay {
namespace {

Outcome backup(const Invocation& invocation) {
  const auto end =
      copy_log(invocation.data_dir, invocation.argument(), invocation.console, "copying");
  if (!end) return std::unexpected(end.error());
  invocation.console.out << "backed up: " << end->value << " events in " << invocation.argument()
                         << '\n';
  return {};
}

Outcome restore(const Invocation& invocation) {
  const auto end =
      copy_log(invocation.argument(), invocation.data_dir, invocation.console, "restoring");
  if (!end) return std::unexpected(end.error());
  invocation.console.out << "restored: " << end->value << " events in "
                         << invocation.data_dir.string() << '\n';
  return {};
}

}  // namespace

Command backup_command() {
  return {
      "backup",
      "DIR",
      "a consistent copy of the log, also while a server writes it",
      "Copies the log, as it stands when this begins, into a folder that is made or empty, with\n"
      "a checkpoint of its own. Each record's hash is checked on the way. The copy is a data\n"
      "folder: it can be verified, looked into, restored, or served. An interruption leaves\n"
      "nothing.\n",
      {"hansom-replay --data-dir /var/lib/hansom backup /backup/2026-11-20"},
      [](cxxopts::OptionAdder&&) {},
      backup};
}

Command restore_command() {
  return {
      "restore",
      "DIR",
      "puts a backup into an empty data folder, and checks it on the way",
      "Copies a backup into the data folder, which must be empty or not there. Each record's\n"
      "hash is checked on the way: what was changed in the backup is refused with the position.\n"
      "An interruption leaves nothing.\n",
      {"hansom-replay --data-dir /var/lib/hansom restore /backup/2026-11-20"},
      [](cxxopts::OptionAdder&&) {},
      restore};
}

}  // namespace hansom::replay
