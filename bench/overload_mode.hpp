#pragma once

#include "bench/mode.hpp"

namespace hansom::bench {

/// Several times as many commands as the server can decide: what becomes of those that it accepts,
/// of those that it refuses, of its memory, and of whoever comes afterwards.
Mode overload_mode();

}  // namespace hansom::bench
