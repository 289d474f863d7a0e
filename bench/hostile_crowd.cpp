#include "bench/hostile_crowd.hpp"

#include "bench/room_crowd.hpp"
#include "bench/room_socket.hpp"
#include "bench/server_api.hpp"
#include "bench/wire_format.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
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

enum class Mood { quiet, behaving, hostile };

/// A participant of the room. While it is silent it reads nothing, and so may be dropped; then it
/// comes back at once.
class Participant {
 public:
  Participant(asio::io_context& context, const CrowdedRoom& room, std::size_t number,
              std::uint64_t& dropped)
      : context_(context), room_(room), number_(number), dropped_(dropped), probe_(context) {
    enter();
  }

  void fall_silent() {
    is_silent_ = may_be_dropped_ = true;
    probe();
  }
  void listen() {
    is_silent_ = false;
    probe_.cancel();
    read_when_there_is();
  }
  /// Whether it has not read all yet that it missed.
  bool lags() const { return may_be_dropped_; }

 private:
  void enter() {
    socket_.emplace(context_);
    open(*socket_, room_, number_, keep_little_for);
    socket_->next_layer().non_blocking(true);
    if (!is_silent_) read_when_there_is();
  }

  void come_back(const Error& error) {
    if (!may_be_dropped_) {
      throw std::runtime_error("a socket that read was ended: " + error.message());
    }
    ++dropped_;
    enter();
  }

  void read_when_there_is() {
    if (std::exchange(is_waiting_, true)) return;
    socket_->next_layer().async_wait(tcp::socket::wait_read, [this](const Error& error) {
      is_waiting_ = false;
      if (error || is_silent_) return;
      std::array<char, 16 * 1024> bytes;
      Error failed;
      while (!failed) socket_->next_layer().read_some(asio::buffer(bytes), failed);
      if (failed != asio::error::would_block) return come_back(failed);
      may_be_dropped_ = false;  // all is read that it missed
      read_when_there_is();
    });
  }

  /// A pong means nothing to the server, but fails once that has ended the connection.
  void probe() {
    Error error;
    socket_->pong({}, error);
    if (error && error != asio::error::would_block) come_back(error);
    probe_.expires_after(probe_interval);
    probe_.async_wait([this](const Error& cancelled) {
      if (!cancelled) probe();
    });
  }

  asio::io_context& context_;
  const CrowdedRoom& room_;
  const std::size_t number_;
  std::uint64_t& dropped_;
  std::optional<RoomSocket> socket_;
  asio::steady_timer probe_;
  bool is_silent_ = false;
  bool may_be_dropped_ = false;
  bool is_waiting_ = false;  // for something to read
};

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
    for (std::size_t i = 0; i < hostility_.silent; ++i) {
      participants_.push_back(std::make_unique<Participant>(context_, room_, i, seen_.dropped));
    }
    if (hostility_.silent > 0) {
      open(speaker_, room_, hostility_.silent);
      speaker_.next_layer().non_blocking(true);
    }
    begun_ = Clock::now();
    go_on();
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

  void be(Mood mood) {
    on_thread([&] {
      mood_ = mood;
      for (auto& participant : participants_) {
        mood == Mood::hostile ? participant->fall_silent() : participant->listen();
      }
      for (std::size_t i = 0; i < progress_.size(); ++i) end_ping(i);
    });
  }

  /// Waits until those who were silent have read what they missed.
  void catch_up() {
    for (bool lag = true; lag; std::this_thread::sleep_for(tick)) {
      on_thread([&] {
        lag = std::ranges::any_of(participants_, [](const auto& one) { return one->lags(); });
      });
    }
  }

  Hostilities take_seen() {
    Hostilities seen;
    on_thread([&] { seen = std::exchange(seen_, {}); });
    return seen;
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

  void go_on() {
    speak();
    send_pings();
    ticker_.expires_after(tick);
    ticker_.async_wait([this](const Error& cancelled) {
      if (!cancelled) go_on();
    });
  }

  /// How often something is due by now that is due so often in a second.
  std::uint64_t due(double per_s) const {
    return static_cast<std::uint64_t>(std::chrono::duration<double>(Clock::now() - begun_).count() *
                                      per_s);
  }

  void speak() {
    static const auto frame =
        text_frame(R"({"type":"text","message":")" + longest_text() + R"("})");
    if (participants_.empty()) return;
    std::array<char, 16 * 1024> heard;
    Error error;
    while (!error) speaker_.next_layer().read_some(asio::buffer(heard), error);
    if (error != asio::error::would_block) throw std::runtime_error("the speaker was ended");
    for (const auto most = due(hostility_.told_per_s); told_ < most; ++told_) {
      if (mood_ == Mood::quiet) continue;
      asio::write(speaker_.next_layer(), asio::buffer(frame));
      ++seen_.told;
    }
  }

  /// Each gets its next byte in its turn, so that they are spread over the time; who behaves sends
  /// a whole ping where a hostile one sends its first byte.
  void send_pings() {
    if (progress_.empty()) return;
    const auto a_byte_s = std::chrono::duration<double>(hostility_.a_byte).count();
    const auto most = due(static_cast<double>(progress_.size()) / a_byte_s);
    for (; turns_ < most; ++turns_) {
      const auto socket = turns_ % progress_.size();
      const bool is_begun = progress_[socket] > 0;
      const bool begins = (turns_ / progress_.size() + socket) % ping_frame().size() == 0;
      if (mood_ == Mood::hostile && (is_begun || begins)) send_byte(socket);
      if (mood_ == Mood::behaving && begins) end_ping(socket, true);
    }
    dribblers_.send();
    for (const auto socket : dribblers_.wait(Clock::now())) {
      auto bytes = dribblers_.receive(socket);
      while (const auto answer = first_frame(bytes)) {
        ++seen_.pings;
        bytes.remove_prefix(answer->bytes);
      }
      dribblers_.keep(socket, bytes);
    }
  }

  static const std::string& ping_frame() {
    static const auto frame = text_frame(R"({"type":"ping"})");
    return frame;
  }

  void send_byte(std::size_t socket) {
    auto& sent = progress_[socket];
    dribblers_.outgoing(static_cast<WireSockets::Number>(socket)) += ping_frame()[sent];
    sent = (sent + 1) % ping_frame().size();
  }

  /// Sends what is missing of a ping that is begun; and of one that is not, if it is to begin.
  void end_ping(std::size_t socket, bool begin = false) {
    if (progress_[socket] == 0 && !begin) return;
    do send_byte(socket);
    while (progress_[socket] > 0);
  }

  const Hostility hostility_;
  Hostilities seen_;
  const CrowdedRoom room_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::vector<std::unique_ptr<Participant>> participants_;
  RoomSocket speaker_{context_};
  WireSockets dribblers_;
  std::vector<std::size_t> progress_;  // of each: bytes of the frame that are sent
  asio::steady_timer ticker_;
  Mood mood_ = Mood::quiet;
  Clock::time_point begun_;
  std::uint64_t told_ = 0;
  std::uint64_t turns_ = 0;  // of the dribblers, one after the other: a byte, if hostile
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::thread thread_;
};

HostileCrowd::HostileCrowd(std::uint16_t port, const Hostility& hostility)
    : sockets_(std::make_unique<Sockets>(port, hostility)) {}

HostileCrowd::~HostileCrowd() = default;

void HostileCrowd::be_hostile() { sockets_->be(Mood::hostile); }

void HostileCrowd::be_quiet() {
  sockets_->be(Mood::quiet);
  sockets_->catch_up();
}

void HostileCrowd::behave() {
  sockets_->be(Mood::behaving);
  sockets_->catch_up();
}

Hostilities HostileCrowd::take_seen() { return sockets_->take_seen(); }

}  // namespace hansom::bench
