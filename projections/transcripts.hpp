#pragma once

#include "projections/transcript.hpp"

#include <chrono>
#include <list>
#include <unordered_map>

namespace hansom {

/// A transcript that nobody asked for so long is let go of.
constexpr std::chrono::minutes transcript_idle_max{10};

/// All transcripts together take about so much at most, but for one that alone takes more.
constexpr std::size_t transcripts_bytes_max = 256 * 1024 * 1024;

/// The transcripts of the rooms in which something is looked up just now. They are folded from
/// their rooms' streams when that is first needed, kept up to date, and let go of again, so that
/// idle rooms take no memory.
class Transcripts {
 public:
  /// Folds an event of a room's stream into its transcript, if that is here.
  void apply(const Envelope& envelope);

  /// Null where it is not here. Counts as a use; the pointer holds until the next call of a member
  /// that is not const.
  const Transcript* use(RoomId room, Instant now);

  /// Takes in a transcript that was folded from the whole of its room's stream.
  const Transcript& keep(RoomId room, Transcript transcript, Instant now);

  /// Lets go of what was not used for long, and of what is too much.
  void forget_idle(Instant now);
  /// When there is something to let go of, if nothing is used until then.
  std::optional<Instant> next_idle() const;

  std::size_t size() const { return by_use_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    RoomId room;
    Transcript transcript;
    Instant used_at;
  };
  using ByUse = std::list<Kept>;  // used last comes first

  ByUse by_use_;
  std::unordered_map<RoomId, ByUse::iterator> by_room_;
  std::size_t bytes_ = 0;
};

}  // namespace hansom
