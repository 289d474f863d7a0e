#include "replay/commands/commands.hpp"

namespace hansom::replay {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      ls_command(),     show_command(),   at_command(),      seen_command(),    why_command(),
      tail_command(),   stats_command(),  verify_command(),  rebuild_command(), export_command(),
      import_command(), backup_command(), restore_command(),
  };
  return all;
}

}  // namespace hansom::replay
