#pragma once

#include "bench/mode.hpp"

namespace hansom::bench {

/// One message to all sockets of a room, and one ride request to all drivers of campus, beside the
/// same bytes written to as many sockets by a process that does nothing else.
Mode fanout_mode();

}  // namespace hansom::bench
