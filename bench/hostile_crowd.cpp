#include "bench/hostile_crowd.hpp"

#include "bench/room_crowd.hpp"
#include "bench/room_socket.hpp"
#include "bench/server_api.hpp"
#include "bench/wire_format.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hansom::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;

constexpr std::chrono::milliseconds tick{5};
constexpr std::chrono::milliseconds probe_interval{500};

std::string text_frame(const std::string& text) {
  std::string frame;
  append_text_frame(frame, text);
  return frame;
}

std::string longest_text() {
  std::string text;
  for (std::size_t i = 0; i < spoken_characters_max; ++i) text += "🚕";
  return text;
}

/// Reads what has come, to forget it; how much that was.
std::size_t read_away(tcp::socket& socket) {
  std::array<char, 16 * 1024> bytes;
  std::size_t all = 0;
  for (;;) {
    Error error;
    const auto count = socket.read_some(asio::buffer(bytes), error);
    if (error == asio::error::would_block) return all;
    if (error) throw std::runtime_error("a hostile socket was ended: " + error.message());
    all += count;
  }
}

}  // namespace

class HostileCrowd::Sockets {
 public:
  Sockets(std::uint16_t port, const Hostility& hostility)
      : hostility_(hostility),
        room_(CrowdedRoom::create(port)),
        dribblers_(port),
        ticker_(context_) {
    WireSockets calls(port);
    const Caller admin{calls, calls.open()};
    for (std::size_t i = 0; i < hostility_.dribbling; ++i) {
      const auto name = "dribbler" + std::to_string(i);
      create_account(admin, name, R"(["customer"])");
      const auto socket = dribblers_.open_websocket("/ws/customer?token=" + token_of(name));
      dribblers_.next_text(socket);
    }
    progress_.resize(hostility_.dribbling);
    open(speaker_, room_, hostility_.silent);
    speaker_.next_layer().non_blocking(true);
    silent_.resize(hostility_.silent);
    for (std::size_t i = 0; i < silent_.size(); ++i) enter(i);
    thread_ = std::thread([this] {
      try {
        context_.run();
      } catch (...) {
        failure_ = std::current_exception();
        failed_ = true;
      }
    });
  }

  ~Sockets() {
    work_.reset();
    context_.stop();
    thread_.join();
  }

  void begin() {
    on_thread([this] {
      seen_ = {};
      begun_ = Clock::now();
      dribbled_bytes_ = 0;
      is_hostile_ = true;
      go_on();
    });
  }

  Hostilities end() {
    on_thread([this] {
      is_hostile_ = false;
      ticker_.cancel();
    });
    return seen_;
  }

 private:
  template <typename Do>
  void on_thread(Do what) {
    std::promise<void> done;
    asio::post(context_, [&] {
      what();
      done.set_value();
    });
    auto future = done.get_future();
    while (future.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) {
      if (failed_) std::rethrow_exception(failure_);
    }
    if (failed_) std::rethrow_exception(failure_);
  }

  void enter(std::size_t i) {
    silent_[i] = std::make_unique<StalledSocket>(context_, room_, i, probe_interval, [this, i] {
      ++seen_.dropped;
      enter(i);
    });
  }

  void go_on() {
    speak();
    dribble();
    ticker_.expires_after(tick);
    ticker_.async_wait([this](const Error& cancelled) {
      if (!cancelled && is_hostile_) go_on();
    });
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - begun_).count(); }

  void speak() {
    static const auto frame =
        text_frame(R"({"type":"text","message":")" + longest_text() + R"("})");
    read_away(speaker_.next_layer());
    const auto due = static_cast<std::uint64_t>(seconds() * hostility_.told_per_s);
    while (hostility_.silent > 0 && seen_.told < due) {
      asio::write(speaker_.next_layer(), asio::buffer(frame));
      ++seen_.told;
    }
  }

  /// Each gets its next byte in its turn, so that they are spread over the time.
  void dribble() {
    static const auto frame = text_frame(R"({"type":"ping"})");
    if (progress_.empty()) return;
    const auto a_byte_s = std::chrono::duration<double>(hostility_.a_byte).count();
    const auto due =
        static_cast<std::uint64_t>(seconds() / a_byte_s * static_cast<double>(progress_.size()));
    for (; dribbled_bytes_ < due; ++dribbled_bytes_) {
      const auto socket = static_cast<WireSockets::Number>(dribbled_bytes_ % progress_.size());
      auto& sent = progress_[socket];
      dribblers_.outgoing(socket) += frame[sent];
      sent = (sent + 1) % frame.size();
    }
    dribblers_.send();
    for (const auto socket : dribblers_.wait(Clock::now())) {
      auto bytes = dribblers_.receive(socket);
      while (const auto answer = first_frame(bytes)) {
        ++seen_.dribbled_frames;
        bytes.remove_prefix(answer->bytes);
      }
      dribblers_.keep(socket, bytes);
    }
  }

  const Hostility hostility_;
  const CrowdedRoom room_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::vector<std::unique_ptr<StalledSocket>> silent_;
  RoomSocket speaker_{context_};
  WireSockets dribblers_;
  std::vector<std::size_t> progress_;  // of each: bytes of the frame that are sent
  asio::steady_timer ticker_;
  bool is_hostile_ = false;
  Clock::time_point begun_;
  std::uint64_t dribbled_bytes_ = 0;
  Hostilities seen_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::thread thread_;
};

HostileCrowd::HostileCrowd(std::uint16_t port, const Hostility& hostility)
    : sockets_(std::make_unique<Sockets>(port, hostility)) {}

HostileCrowd::~HostileCrowd() = default;

void HostileCrowd::begin() { sockets_->begin(); }

Hostilities HostileCrowd::end() { return sockets_->end(); }

}  // namespace hansom::bench
