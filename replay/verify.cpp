#include "replay/verify.hpp"

#include "events/files.hpp"
#include "events/rocksdb_log.hpp"
#include "projections/checkpoint.hpp"
#include "replay/invariants.hpp"
#include "replay/reading.hpp"

#include <unordered_map>

namespace hansom::replay {
namespace {

std::string at_position(Position position, const std::string& what) {
  return "position " + std::to_string(position.value) + ": " + what;
}

std::unexpected<Failure> bad(const LogError& error) {
  return error.damage ? fail(at_position(error.damage->position, error.damage->what))
                      : fail(error.message);
}

/// The checkpoint as it is written, beside what it says.
struct WrittenCheckpoint {
  std::string text;
  HighWaterMark at;
};

std::expected<std::optional<WrittenCheckpoint>, Failure> load(const std::filesystem::path& file) {
  auto text = load_file(file);
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  const auto decoded = decode_checkpoint(**text);
  if (!decoded) {
    return fail(file.string() + " is no checkpoint: " + decoded.error() +
                "; make it anew with: hansom-replay rebuild");
  }
  return WrittenCheckpoint{std::move(**text), decoded->at};
}

/// Folds a log and looks at each event on the way.
class Inspection {
 public:
  explicit Inspection(const std::optional<WrittenCheckpoint>& checkpoint)
      : checkpoint_(checkpoint) {}

  /// What is wrong with the next event, or with the checkpoint behind it.
  std::optional<std::string> objection_to(const Envelope& envelope) {
    auto& revision = revisions_[envelope.stream];
    if (envelope.revision.value != revision.value + 1) {
      return "revision " + std::to_string(envelope.revision.value) + " of " +
             to_string(envelope.stream) + " follows " + std::to_string(revision.value);
    }
    revision = envelope.revision;
    if (auto objection = replay::objection_to(envelope, state_)) return objection;
    state_.fold(envelope);
    if (checkpoint_ && envelope.position == checkpoint_->at.position &&
        encode_checkpoint(checkpoint_->at, state_) != checkpoint_->text) {
      return "the checkpoint that was made here is not what the log folds to; make it anew with: "
             "hansom-replay rebuild";
    }
    return std::nullopt;
  }

  std::size_t streams() const { return revisions_.size(); }

 private:
  const std::optional<WrittenCheckpoint>& checkpoint_;
  Projections state_;
  std::unordered_map<StreamId, Revision> revisions_;
};

std::expected<Verified, Failure> inspect(const RocksDbLog& log,
                                         const std::optional<WrittenCheckpoint>& checkpoint,
                                         Console& console) {
  Inspection inspection(checkpoint);
  RocksDbLog::IndexAudit index(log);
  Progress progress(console, "verifying", log.end().value);
  std::optional<std::string> objection;
  bool stop = false;
  const auto read = log.read(Position{1}, [&](const Envelope& envelope) {
    if (auto wrong = inspection.objection_to(envelope)) {
      objection = at_position(envelope.position, *wrong);
    }
    index.add(envelope);
    if (envelope.position.value % 1024 == 0) {
      progress.reached(envelope.position.value);
      stop = interrupted();
    }
    return !objection && !stop;
  });
  if (!read) return bad(read.error());
  if (objection) return fail(*objection);
  if (stop) return was_interrupted();
  if (const auto reached = log.check_mark(); !reached) return bad(reached.error());
  if (const auto checked = index.check(); !checked) return bad(checked.error());
  if (checkpoint) {
    const auto held = log.holds(checkpoint->at);
    if (!held) return bad(held.error());
    if (!*held) {
      return fail(at_position(checkpoint->at.position,
                              "the checkpoint was made of a record that is not here"));
    }
  }
  return Verified{log.end(), inspection.streams(),
                  checkpoint ? std::optional(checkpoint->at.position) : std::nullopt};
}

}  // namespace

std::expected<Verified, Failure> verify(const std::filesystem::path& data_dir, Console& console) {
  // The checkpoint first: a server may write a later one when the log is already open.
  const auto checkpoint = load(checkpoint_file(data_dir));
  const auto log = RocksDbLog::open_for_reading(data_dir);
  if (log) {
    auto inspected = inspect(**log, checkpoint.value_or(std::nullopt), console);
    if (inspected && !checkpoint) return std::unexpected(checkpoint.error());
    return inspected;
  }
  if (log.error().kind == LogError::Kind::damaged) {
    // Where the damage is, the database does not say; what can still be read does.
    if (const auto rest = RocksDbLog::open_damaged(data_dir)) {
      const auto inspected = inspect(**rest, std::nullopt, console);
      if (!inspected) return inspected;
      return fail(at_position({inspected->end.value + 1}, log.error().damage->what));
    }
  }
  return bad(log.error());
}

}  // namespace hansom::replay
