#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace hansom::net {

/// Counts the WebSockets of each address, over all threads.
class SocketCensus {
 public:
  /// `most` sockets an address may have; 0: any number.
  explicit SocketCensus(std::size_t most) : most_(most) {}

  /// One counted socket, until it is destroyed.
  class Place {
   public:
    Place(SocketCensus& census, std::string address)
        : census_(&census), address_(std::move(address)) {}
    Place(Place&& other) noexcept
        : census_(std::exchange(other.census_, nullptr)), address_(std::move(other.address_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (census_) census_->leave(address_);
    }

   private:
    SocketCensus* census_;
    std::string address_;
  };

  /// Counts one more, unless the address has as many as it may.
  std::optional<Place> enter(const std::string& address) {
    const std::lock_guard lock(mutex_);
    auto& count = counts_[address];
    if (most_ != 0 && count >= most_) return std::nullopt;
    ++count;
    return std::optional<Place>(std::in_place, *this, address);
  }

 private:
  void leave(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(address);
    if (--found->second == 0) counts_.erase(found);
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace hansom::net
