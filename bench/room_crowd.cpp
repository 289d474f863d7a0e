#include "bench/room_crowd.hpp"

#include "bench/room_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hansom::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Clock = Tally::Clock;
using Error = beast::error_code;

constexpr std::chrono::seconds delivery_timeout{10};
constexpr std::chrono::milliseconds pause{200};  // what comes twice is seen then, if not before
constexpr std::chrono::milliseconds probe_interval{20};
constexpr std::size_t unread_bytes_max = 32 * 1024 * 1024;  // after which it is not dropped at all

/// What follows the number in the text of a message, and the quote after that.
std::string text_end(std::size_t bytes) {
  std::string text;
  while (text.size() + 4 + spoken_number_digits <= bytes) text += "🚕";
  return text + "\"";
}

}  // namespace

class RoomCrowd::Sockets {
 public:
  Sockets(std::uint16_t port, std::size_t sockets, const Speech& speech)
      : room_(CrowdedRoom::create(port)),
        text_end_(text_end(speech.bytes)),
        tally_(sockets, speech.messages_per_s),
        signals_(context_, SIGINT, SIGTERM),
        next_message_(context_) {
    // So that the server's folder is removed then, too.
    signals_.async_wait([](const Error& error, int) {
      if (!error) throw std::runtime_error("interrupted");
    });
    for (std::size_t i = 0; i < sockets; ++i) {
      auto& receiver = receivers_.emplace_back(context_);
      open(receiver.socket, room_, i);
      read(i);
    }
  }

  Round speak_for(std::chrono::milliseconds time) {
    speak_until(Clock::now() + time);
    return hear_out();
  }

  Round speak_until_drop(Drop& drop) {
    StalledSocket stalled(context_, room_, receivers_.size(), probe_interval, [&] {
      drop.after_s = stalled.seconds_since_first_unread();
      drop.sent_mib = static_cast<double>(tally_.messages() * frame_bytes_) / (1024 * 1024);
      spoken();
    });
    speak_until(Clock::time_point::max());
    return hear_out();
  }

  std::size_t frame_bytes() const { return frame_bytes_; }

 private:
  struct Receiver {
    explicit Receiver(asio::io_context& context) : socket(context) {}
    RoomSocket socket;
    beast::flat_buffer incoming;
  };

  // Receiving.

  void read(std::size_t i) {
    auto& receiver = receivers_[i];
    receiver.socket.async_read(receiver.incoming, [this, i](const Error& error, std::size_t) {
      if (error) {
        throw std::runtime_error("socket " + std::to_string(i) + " was ended: " + error.message());
      }
      const auto bytes = receivers_[i].incoming.cdata();
      heard(i, {static_cast<const char*>(bytes.data()), bytes.size()});
      receivers_[i].incoming.clear();
      read(i);
    });
  }

  void heard(std::size_t i, std::string_view frame) {
    static constexpr std::string_view before_text = R"("body":")";
    const auto at = frame.find(before_text);
    const auto text = at == frame.npos ? frame.substr(0, 0) : frame.substr(at + before_text.size());
    const auto digits = text.substr(0, spoken_number_digits);
    std::uint64_t number = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    if (!frame.starts_with(R"({"type":"chat_message","action":"new",)") ||
        digits.size() < spoken_number_digits || end != digits.data() + digits.size() ||
        !text.substr(digits.size()).starts_with(text_end_)) {
      throw std::runtime_error("socket " + std::to_string(i) +
                               " got: " + std::string(frame.substr(0, 200)));
    }
    frame_bytes_ = frame.size();
    tally_.received(i, number, Clock::now());
    if (!speaking_ && tally_.all_received()) context_.stop();
  }

  // Sending, by the first of the sockets.

  void speak_until(Clock::time_point end) {
    tally_.begin(Clock::now());
    end_ = end;
    speaking_ = true;
    speak();
    context_.restart();
    context_.run();
  }

  /// Sends what is due, and comes back when there is more.
  void speak() {
    while (speaking_ && tally_.next_due() <= Clock::now()) {
      if (tally_.next_due() >= end_) return spoken();
      if (tally_.messages() * frame_bytes_ > unread_bytes_max && end_ == Clock::time_point::max()) {
        throw std::runtime_error("the socket that reads nothing was not dropped");
      }
      auto number = std::to_string(tally_.send());
      number.insert(0, spoken_number_digits - number.size(), '0');
      outgoing_.push_back(R"({"type":"text","message":")" + number + text_end_ + "}");
      if (outgoing_.size() == 1) write();
    }
    next_message_.expires_at(tally_.next_due());
    next_message_.async_wait([this](const Error& error) {
      if (!error) speak();
    });
  }

  void spoken() {
    speaking_ = false;
    next_message_.cancel();
    context_.stop();
  }

  void write() {
    receivers_[0].socket.async_write(asio::buffer(outgoing_.front()),
                                     [this](const Error& error, std::size_t) {
                                       if (error) return;  // the reader is told, too
                                       outgoing_.pop_front();
                                       if (!outgoing_.empty()) write();
                                     });
  }

  /// Waits until everybody has all messages of the round.
  Round hear_out() {
    context_.restart();
    if (!tally_.all_received()) context_.run_for(delivery_timeout);
    if (!tally_.all_received()) {
      throw std::runtime_error(std::to_string(tally_.missing()) + " deliveries were missing " +
                               std::to_string(delivery_timeout.count()) +
                               " s after the last message");
    }
    auto round = tally_.end();
    context_.restart();
    context_.run_for(pause);
    return round;
  }

  asio::io_context context_{1};
  const CrowdedRoom room_;
  const std::string text_end_;
  std::deque<Receiver> receivers_;
  Tally tally_;
  asio::signal_set signals_;

  asio::steady_timer next_message_;
  std::deque<std::string> outgoing_;  // the first is being written
  bool speaking_ = false;
  Clock::time_point end_;
  std::size_t frame_bytes_ = 0;
};

RoomCrowd::RoomCrowd(std::uint16_t port, std::size_t sockets, const Speech& speech)
    : sockets_(std::make_unique<Sockets>(port, sockets, speech)) {}

RoomCrowd::~RoomCrowd() = default;

Round RoomCrowd::speak_for(std::chrono::milliseconds time) { return sockets_->speak_for(time); }

Round RoomCrowd::speak_until_drop(Drop& drop) { return sockets_->speak_until_drop(drop); }

std::size_t RoomCrowd::frame_bytes() const { return sockets_->frame_bytes(); }

}  // namespace hansom::bench
