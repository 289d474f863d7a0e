#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

/// Folders for tests are made in memory where that is possible: what a disk forgets and how it
/// fails is simulated, and there are ten thousands of them.
int main(int argc, char** argv) {
  std::error_code error;
  if (std::filesystem::is_directory("/dev/shm", error)) ::setenv("TMPDIR", "/dev/shm", 1);
  return Catch::Session().run(argc, argv);
}
