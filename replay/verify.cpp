#include "replay/verify.hpp"

#include "events/rocksdb_log.hpp"

#include <unordered_map>

namespace hansom::replay {

std::expected<Verified, std::string> verify(const std::filesystem::path& data_dir) {
  const auto log = RocksDbLog::open_for_reading(data_dir);
  if (!log) return std::unexpected(log.error().message);

  Verified verified;
  std::unordered_map<StreamId, Revision> revisions;
  std::string misnumbered;
  const auto walked = (*log)->read(Position{1}, [&](const Envelope& envelope) {
    auto& revision = revisions[envelope.stream];
    if (envelope.revision.value != revision.value + 1) {
      misnumbered = "position " + std::to_string(envelope.position.value) + ": revision " +
                    std::to_string(envelope.revision.value) + " of " + to_string(envelope.stream) +
                    " follows " + std::to_string(revision.value);
      return false;
    }
    revision = envelope.revision;
    ++verified.events;
    return true;
  });
  if (!walked) return std::unexpected(walked.error().message);
  if (!misnumbered.empty()) return std::unexpected(misnumbered);
  if (const auto reached = (*log)->check_mark(); !reached) {
    return std::unexpected(reached.error().message);
  }
  verified.streams = revisions.size();
  return verified;
}

}  // namespace hansom::replay
