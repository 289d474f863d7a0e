#pragma once

#include "net/board.hpp"
#include "net/limits.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hansom::net {

/// Tells those who watch the board what has changed, `board_interval` apart, and that nothing has
/// every `board_silence_max`; from a thread of its own that sleeps while nobody watches.
class BoardWatch {
 public:
  using Deliver = std::function<void(Outbox)>;

  struct Pace {
    std::chrono::milliseconds interval = board_interval;
    std::chrono::milliseconds silence_max = board_silence_max;
  };

  /// `board` must outlive it.
  BoardWatch(const Board& board, Deliver deliver, Pace pace);
  BoardWatch(const Board& board, Deliver deliver) : BoardWatch(board, std::move(deliver), Pace{}) {}
  ~BoardWatch() { stop(); }

  /// From now on the peer is told; from any thread, as the others. The result is for it at once.
  Frame join(PeerId peer);
  void leave(PeerId peer);
  void stop();

 private:
  void work();

  const Board& board_;
  const Deliver deliver_;
  const Pace pace_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<PeerId> watchers_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hansom::net
