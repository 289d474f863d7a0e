#include "bench/process_usage.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace hansom::bench {
namespace {

std::filesystem::path folder_of(pid_t process) {
  return std::filesystem::path("/proc") / std::to_string(process);
}

[[noreturn]] void ended(pid_t process) {
  throw std::runtime_error("process " + std::to_string(process) + " has ended");
}

}  // namespace

double cpu_s(pid_t process) {
  double ns = 0;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(folder_of(process) / "task", error)) {
    std::ifstream in(task.path() / "schedstat");
    double of_task = 0;
    if (in >> of_task) ns += of_task;  // a thread may end just now
  }
  if (error || ns == 0) ended(process);
  return ns / 1e9;
}

std::uint64_t resident_bytes(pid_t process) {
  std::ifstream in(folder_of(process) / "status");
  for (std::string word; in >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmRSS:" && in >> kib) return kib * 1024;
  }
  ended(process);
}

}  // namespace hansom::bench
