#pragma once

// Tests that try to break a promise many times say how often they did, and try harder in
// `./dev torture`.

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace hansom {

/// Whether `./dev torture` runs the tests (HANSOM_TORTURE).
inline bool in_torture() { return std::getenv("HANSOM_TORTURE") != nullptr; }

/// How much there is to try: a little in `./dev test`, all of it in `./dev torture`.
template <typename Number>
Number rounds(Number in_tests, Number in_long) {
  return in_torture() ? in_long : in_tests;
}

/// What a test has tried and seen; `./dev test` and `./dev torture` list these lines at their end.
inline void counted(std::string_view what) { std::cout << "counted: " << what << std::endl; }

}  // namespace hansom
