#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

namespace hansom::replay {

struct Verified {
  std::uint64_t events = 0;
  std::uint64_t streams = 0;
};

/// Walks the whole log of a data folder, which a server may be writing to: the chain of hashes, the
/// numbers of events in the log and in their streams, that every event can be read, and that the
/// log reaches its high-water mark. The error is one line and names the first bad position.
std::expected<Verified, std::string> verify(const std::filesystem::path& data_dir);

}  // namespace hansom::replay
