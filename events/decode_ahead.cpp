#include "events/decode_ahead.hpp"

#include "events/record.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace hansom {
namespace {

/// So much is handed over at once: enough that the handing over costs nothing, and little enough
/// for a core's cache.
constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr std::size_t chunks_max = 32;  // beyond: the reading thread decodes, or waits
constexpr unsigned workers_max = 4;

}  // namespace

struct DecodeAhead::Chunk {
  struct Record {
    std::size_t size;
    Position named;
  };
  enum class State { raw, being_decoded, decoded };

  std::string bytes;
  std::vector<Record> records;
  Digest chain;  // of the record before the first
  Position end;

  State state = State::raw;
  Decoded decoded;

  /// REQUIRES: it has no records.
  void begin(const Digest& chain_before, Position end_before) {
    bytes.clear();
    decoded.events.clear();
    decoded.fault.reset();
    state = State::raw;
    chain = chain_before;
    end = end_before;
  }

  void decode() {
    std::string_view rest = bytes;
    for (const auto& [size, named] : records) {
      const auto visited =
          decode_record(rest.substr(0, size), chain, end, [&](Envelope&& envelope) {
            decoded.events.push_back(std::move(envelope));
            return true;
          });
      if (!visited) {
        decoded.fault = {{end.value + 1}, visited.error()};
      } else if (end != named) {
        decoded.fault = {end, "the record has another key"};
      }
      if (decoded.fault) return;
      rest.remove_prefix(size);
    }
  }
};

DecodeAhead::DecodeAhead(std::function<void(DecodeAhead&)> read)
    : filling_(std::make_unique<Chunk>()) {
  threads_.emplace_back([this, read = std::move(read)] {
    read(*this);
    finish();
  });
  // The reading and the visiting thread have a core each.
  const auto cores = std::thread::hardware_concurrency();
  for (unsigned i = 2; i < std::min(cores, workers_max + 2); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

DecodeAhead::~DecodeAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  threads_.clear();  // joins them while what they use is there
}

void DecodeAhead::work() {
  std::unique_lock lock(mutex_);
  while (!stopped_) help_or_wait(lock);
}

bool DecodeAhead::add(std::string_view record, const Digest& chain, Position end, Position named) {
  if (filling_->records.empty()) filling_->begin(chain, end);
  filling_->bytes += record;
  filling_->records.push_back({record.size(), named});
  if (filling_->bytes.size() < chunk_bytes) return true;
  std::unique_lock lock(mutex_);
  hand_over();
  while (chunks_.size() >= chunks_max && !stopped_) help_or_wait(lock);
  return !stopped_;
}

void DecodeAhead::finish() {
  const std::lock_guard lock(mutex_);
  hand_over();
  finished_ = true;
  changed_.notify_all();
}

/// Puts what was filled into the queue, and gets something new to fill. REQUIRES: the mutex is
/// held.
void DecodeAhead::hand_over() {
  if (filling_->records.empty()) return;
  chunks_.push_back(std::move(filling_));
  if (spare_.empty()) {
    filling_ = std::make_unique<Chunk>();
  } else {
    filling_ = std::move(spare_.back());
    spare_.pop_back();
    filling_->records.clear();
  }
  changed_.notify_all();
}

const DecodeAhead::Decoded* DecodeAhead::next() {
  std::unique_lock lock(mutex_);
  if (std::exchange(front_is_taken_, false)) {
    spare_.push_back(std::move(chunks_.front()));
    chunks_.pop_front();
    changed_.notify_all();
  }
  while (!stopped_) {
    if (!chunks_.empty() && chunks_.front()->state == Chunk::State::decoded) {
      front_is_taken_ = true;
      return &chunks_.front()->decoded;
    }
    if (chunks_.empty() && finished_) return nullptr;
    help_or_wait(lock);
  }
  return nullptr;
}

DecodeAhead::Chunk* DecodeAhead::first_raw() {
  const auto raw =
      std::ranges::find(chunks_, Chunk::State::raw, [](const auto& chunk) { return chunk->state; });
  return raw == chunks_.end() ? nullptr : raw->get();
}

/// Decodes what nobody has begun to, or waits for news where there is none such.
void DecodeAhead::help_or_wait(std::unique_lock<std::mutex>& lock) {
  if (auto* chunk = first_raw()) {
    decode(*chunk, lock);
  } else {
    changed_.wait(lock);
  }
}

void DecodeAhead::decode(Chunk& chunk, std::unique_lock<std::mutex>& lock) {
  chunk.state = Chunk::State::being_decoded;
  lock.unlock();
  chunk.decode();
  lock.lock();
  chunk.state = Chunk::State::decoded;
  changed_.notify_all();
}

}  // namespace hansom
