#pragma once

#include "net/tokens/signing_keys.hpp"

#include <chrono>
#include <expected>
#include <string>

namespace hansom::net {

/// Keys as they were published, and for how long that may be believed.
struct PublishedKeys {
  SigningKeys keys;
  std::chrono::seconds good_for;
};

/// Gets keys from where they are published.
class KeyFetcher {
 public:
  virtual ~KeyFetcher() = default;

  /// Blocks until they are there or can't be had; the error is one line. One fetch at a time.
  virtual std::expected<PublishedKeys, std::string> fetch() = 0;
  /// Lets a fetch that is under way, and every later one, fail at once. From any thread.
  virtual void stop() = 0;
};

}  // namespace hansom::net
