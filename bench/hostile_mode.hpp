#pragma once

#include "bench/mode.hpp"

namespace hansom::bench {

/// What sockets that do not read, and such that send byte by byte, take from all the others.
Mode hostile_mode();

}  // namespace hansom::bench
