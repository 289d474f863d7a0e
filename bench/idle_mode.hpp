#pragma once

#include "bench/mode.hpp"

namespace hansom::bench {

/// What an idle socket costs the real server in memory, beside one of the baseline that echoes.
Mode idle_mode();

}  // namespace hansom::bench
