#pragma once

#include "replay/command.hpp"

namespace hansom::replay {

Command ls_command();
Command show_command();
Command at_command();
Command seen_command();
Command why_command();
Command verify_command();
Command rebuild_command();
Command export_command();
Command import_command();
Command tail_command();
Command stats_command();
Command backup_command();
Command restore_command();

}  // namespace hansom::replay
