#pragma once

#include <cstdint>
#include <sys/types.h>

namespace hansom::bench {

// What the system says of a running process. Each throws `std::runtime_error` where it has ended.

/// The time that its threads have had on a processor so far, in the kernel too, in seconds with the
/// scheduler's precision. What threads had that have ended is missing.
double cpu_s(pid_t process);

/// The memory that it has in use and not swapped out.
std::uint64_t resident_bytes(pid_t process);

}  // namespace hansom::bench
