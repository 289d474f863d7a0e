#pragma once

#include "bench/frame_crowd.hpp"
#include "bench/raw_writer.hpp"
#include "bench/server_process.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hansom::bench {

/// A server and a crowd that hears from it. All throw `std::runtime_error` when a process or a
/// socket fails.
class FanoutStage {
 public:
  virtual ~FanoutStage() = default;

  /// Has the next message sent, of which each socket of the crowd gets one frame. Messages may be
  /// sent while others are on their way, `in_flight_max` at most.
  virtual void say() = 0;
  static constexpr std::size_t in_flight_max = 8;

  FrameCrowd& crowd() { return crowd_; }
  pid_t process() const { return server_->process(); }

 protected:
  explicit FanoutStage(std::unique_ptr<ServerProcess> server)
      : server_(std::move(server)), crowd_(server_->port()) {}

  std::unique_ptr<ServerProcess> server_;
  FrameCrowd crowd_;
};

/// What the crowd of a stage hears, one frame after the other and then from the first on.
using Frames = std::vector<std::string>;

struct RealServer {
  std::filesystem::path binary;
  std::filesystem::path folder;
};

/// A room of the real server: the first of its sockets speaks, texts of so many bytes.
std::unique_ptr<FanoutStage> room_stage(const RealServer& server, std::size_t sockets,
                                        std::size_t text_bytes, Frames& heard);
/// Drivers of campus on the real server, who are shown requests: one passenger after the other asks
/// for a ride, and then calls it off.
std::unique_ptr<FanoutStage> rides_stage(const RealServer& server, std::size_t sockets,
                                         Frames& heard);
/// The same frames from the baseline.
std::unique_ptr<FanoutStage> raw_stage(const std::filesystem::path& folder, std::size_t sockets,
                                       Frames frames);

}  // namespace hansom::bench
