#include "bench/fanout_stage.hpp"

#include "bench/server_api.hpp"
#include "bench/wire_format.hpp"

#include <utility>

namespace hansom::bench {
namespace {

constexpr std::size_t accounts = 10;  // which share the sockets

struct Student {
  std::string name;
  std::string id;
};

Student create_student(const Caller& caller, const std::string& role, std::size_t number) {
  const auto name = role + std::to_string(number);
  return {name, create_account(caller, name, R"(["student"])")};
}

class RoomStage final : public FanoutStage {
 public:
  RoomStage(const RealServer& server, std::size_t sockets, std::size_t text_bytes, Frames& heard)
      : FanoutStage(ServerProcess::start(server.binary, server.folder)),
        message_(R"({"type":"text","message":")" + std::string(text_bytes, 'x') + R"("})") {
    WireSockets calls(server_->port());
    const Caller caller{calls, calls.open()};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < accounts; ++i) {
      names.push_back(create_student(caller, "member", i).name);
    }
    const auto path = create_room(caller, names);
    for (std::size_t i = 0; i < sockets; ++i) {
      crowd_.sockets().open_websocket(path + "?token=" + token_of(names[i % accounts]));
      if (i > 0) continue;
      say();
      heard = {crowd_.sockets().next_frame(speaker)};
    }
    crowd_.begin(sockets);
  }

  void say() override { crowd_.sockets().say(speaker, message_); }

 private:
  static constexpr WireSockets::Number speaker = 0;
  const std::string message_;
};

class RidesStage final : public FanoutStage {
 public:
  RidesStage(const RealServer& server, std::size_t sockets, Frames& heard)
      : FanoutStage(ServerProcess::start(server.binary, server.folder)), calls_(server_->port()) {
    const Caller caller{calls_, calls_.open()};
    for (std::size_t i = 0; i < in_flight_max; ++i) {
      const auto [name, id] = create_student(caller, "passenger", i);
      passengers_.push_back(
          {calls_.open_websocket("/passenger/" + id + "?token=" + token_of(name))});
    }
    std::vector<Student> drivers;
    for (std::size_t i = 0; i < accounts; ++i)
      drivers.push_back(create_student(caller, "driver", i));
    heard.clear();
    for (std::size_t i = 0; i < sockets; ++i) {
      const auto& [name, id] = drivers[i % accounts];
      const auto socket =
          crowd_.sockets().open_websocket("/driver/" + id + "?token=" + token_of(name));
      while (heard.size() < 2 * passengers_.size()) {
        say();
        heard.push_back(crowd_.sockets().next_frame(socket));
      }
    }
    crowd_.begin(sockets);
  }

  void say() override {
    auto& passenger = passengers_[next_++ % passengers_.size()];
    if (passenger.awaits_answer) {
      const auto answer = calls_.next_text(passenger.socket);
      passenger.ride = passenger.ride.empty() ? string_member(answer, "id") : "";
    }
    calls_.say(passenger.socket, passenger.ride.empty() ? ask : cancel(passenger.ride));
    passenger.awaits_answer = true;
  }

 private:
  struct Passenger {
    WireSockets::Number socket = 0;
    std::string ride{};  ///< that was asked for and, as far as was read, not called off
    bool awaits_answer = false;
  };

  static constexpr const char* ask =
      R"({"action":"create_ride_request","pickup_latitude":37.7749,)"
      R"("pickup_longitude":-122.4194,"dropoff_latitude":37.7874,)"
      R"("dropoff_longitude":-122.4082,"pickup_address":"123 Main St, San Francisco",)"
      R"("dropoff_address":"456 Elm St, San Francisco"})";
  static std::string cancel(const std::string& ride) {
    return R"({"action":"cancel_ride_request","ride_request_id":")" + ride + R"("})";
  }

  WireSockets calls_;
  std::vector<Passenger> passengers_;
  std::size_t next_ = 0;
};

class RawStage final : public FanoutStage {
 public:
  RawStage(const std::filesystem::path& folder, std::size_t sockets, Frames frames)
      : FanoutStage(ServerProcess::start_raw_writer(folder)),
        speaker_(server_->port(), sockets, frames),
        frames_(frames.size()) {
    for (std::size_t i = 0; i < sockets; ++i) crowd_.sockets().open();
    crowd_.begin(sockets);
  }

  void say() override { speaker_.say(next_++ % frames_); }

 private:
  RawSpeaker speaker_;
  const std::size_t frames_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<FanoutStage> room_stage(const RealServer& server, std::size_t sockets,
                                        std::size_t text_bytes, Frames& heard) {
  return std::make_unique<RoomStage>(server, sockets, text_bytes, heard);
}

std::unique_ptr<FanoutStage> rides_stage(const RealServer& server, std::size_t sockets,
                                         Frames& heard) {
  return std::make_unique<RidesStage>(server, sockets, heard);
}

std::unique_ptr<FanoutStage> raw_stage(const std::filesystem::path& folder, std::size_t sockets,
                                       Frames frames) {
  return std::make_unique<RawStage>(folder, sockets, std::move(frames));
}

}  // namespace hansom::bench
