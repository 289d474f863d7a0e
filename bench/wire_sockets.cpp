#include "bench/wire_sockets.hpp"

#include "bench/wire_format.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace hansom::bench {
namespace {

constexpr std::size_t received_bytes_max = 256 * 1024;  // at once; a whole message is far less
constexpr std::uint32_t sockets_per_address = 64;
constexpr std::uint32_t addresses_max = 250;
constexpr std::size_t ready_max = 64;  // sockets at once: the server need not wait for more
constexpr timeval answer_timeout{wire_answer_timeout.count(), 0};
constexpr std::chrono::milliseconds retry_interval{1};

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

template <typename Value>
void set(int file, int level, int option, const Value& value) {
  checked(setsockopt(file, level, option, &value, sizeof value), "setsockopt");
}

// So that whoever started a server can end it, and take its folder away.
volatile std::sig_atomic_t interrupted = 0;

void end_at_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

sockaddr_in endpoint(std::uint32_t address, std::uint16_t port) {
  sockaddr_in endpoint{};
  endpoint.sin_family = AF_INET;
  endpoint.sin_port = htons(port);
  endpoint.sin_addr.s_addr = htonl(address);
  return endpoint;
}

std::string named(WireSockets::Number socket) { return "socket " + std::to_string(socket); }

timespec left_until(WireSockets::Clock::time_point until) {
  const auto left =
      std::max(until - WireSockets::Clock::now(), WireSockets::Clock::duration::zero());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  return {seconds.count(), (left - seconds).count()};
}

}  // namespace

std::uint32_t own_address(std::size_t socket) {
  return INADDR_LOOPBACK + static_cast<std::uint32_t>(socket / sockets_per_address % addresses_max);
}

WireSockets::WireSockets(std::uint16_t port)
    : port_(port),
      poll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll")),
      received_(std::make_unique<char[]>(received_bytes_max)) {
  end_at_interrupts();
  prctl(PR_SET_TIMERSLACK, 1);  // ns: what is due is sent then, and not 50 us later
}

WireSockets::~WireSockets() {
  for (const auto& socket : sockets_) close(socket.file);
  close(poll_);
}

WireSockets::Number WireSockets::open() {
  const auto number = static_cast<Number>(sockets_.size());
  const int file = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockets_.push_back({file, {}, {}});
  const auto own = endpoint(own_address(number), 0);
  const auto server = endpoint(INADDR_LOOPBACK, port_);
  set(file, SOL_SOCKET, SO_RCVTIMEO, answer_timeout);
  set(file, IPPROTO_TCP, TCP_NODELAY, 1);
  checked(bind(file, reinterpret_cast<const sockaddr*>(&own), sizeof own), "bind");
  checked(connect(file, reinterpret_cast<const sockaddr*>(&server), sizeof server), "connect");
  watch(number, EPOLL_CTL_ADD);
  return number;
}

/// Edge-triggered: who has been told of what came is not told again of it.
void WireSockets::watch(Number socket, int operation) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u32 = socket;
  checked(epoll_ctl(poll_, operation, sockets_[socket].file, &event), "epoll");
}

WireSockets::Number WireSockets::open_websocket(const std::string& target) {
  const auto socket = open();
  call(socket,
       "GET " + target +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
       101);
  return socket;
}

std::string WireSockets::call(Number socket, std::string_view request, int status) {
  outgoing(socket) += request;
  send();
  auto& rest = sockets_[socket].rest;
  for (;;) {
    if (const auto answer = first_answer(rest)) {
      std::string body(answer->body);
      if (answer->status != status) {
        throw std::runtime_error("a call was answered " + std::to_string(answer->status) + ": " +
                                 body);
      }
      rest.erase(0, answer->bytes);
      return body;
    }
    await_more(socket);
  }
}

void WireSockets::say(Number socket, std::string_view text) {
  append_text_frame(outgoing(socket), text);
  send();
}

std::string WireSockets::next_frame(Number socket) {
  auto& rest = sockets_[socket].rest;
  for (;;) {
    if (const auto frame = first_frame(rest)) {
      if (frame->opcode != ServerFrame::text)
        throw std::runtime_error(named(socket) + " was ended");
      std::string whole(rest, 0, frame->bytes);
      rest.erase(0, frame->bytes);
      return whole;
    }
    await_more(socket);
  }
}

std::string WireSockets::next_text(Number socket) {
  return std::string(first_frame(next_frame(socket))->payload);
}

void WireSockets::ping(Number socket) {
  append_ping(outgoing(socket));
  send();
  auto& rest = sockets_[socket].rest;
  for (bool is_answered = false; !is_answered;) {
    if (const auto frame = first_frame(rest)) {
      is_answered = frame->opcode == ServerFrame::pong;
      rest.erase(0, frame->bytes);
    } else {
      await_more(socket);
    }
  }
}

void WireSockets::await_more(Number socket) {
  std::array<char, 4096> more;
  const auto bytes = recv(sockets_[socket].file, more.data(), more.size(), 0);
  if (bytes < 0 && errno == EAGAIN) {
    throw std::runtime_error(named(socket) + " got nothing for " +
                             std::to_string(wire_answer_timeout.count()) + " s");
  }
  if (bytes < 0) throw std::runtime_error(named(socket) + ": " + strerror(errno));
  if (bytes == 0) throw std::runtime_error(named(socket) + " was ended");
  sockets_[socket].rest.append(more.data(), static_cast<std::size_t>(bytes));
}

std::string& WireSockets::outgoing(Number socket) {
  auto& outgoing = sockets_[socket].outgoing;
  if (outgoing.empty()) to_send_.push_back(socket);
  return outgoing;
}

void WireSockets::send() {
  std::erase_if(to_send_, [&](Number number) {
    auto& [file, outgoing, rest] = sockets_[number];
    const auto bytes = ::send(file, outgoing.data(), outgoing.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (bytes < 0 && errno != EAGAIN) {
      throw std::runtime_error(named(number) + " was ended: " + strerror(errno));
    }
    outgoing.erase(0, static_cast<std::size_t>(std::max<ssize_t>(bytes, 0)));
    return outgoing.empty();
  });
}

std::span<const WireSockets::Number> WireSockets::wait(Clock::time_point until) {
  if (!to_send_.empty()) until = std::min(until, Clock::now() + retry_interval);
  std::array<epoll_event, ready_max> events;
  const auto left = left_until(until);
  const int count = epoll_pwait2(poll_, events.data(), ready_max, &left, nullptr);
  if (interrupted) throw std::runtime_error("interrupted");
  if (count < 0 && errno != EINTR) checked(count, "epoll");
  ready_.clear();
  for (int i = 0; i < count; ++i) ready_.push_back(events[static_cast<std::size_t>(i)].data.u32);
  return ready_;
}

std::string_view WireSockets::receive(Number number) {
  auto& [file, outgoing, rest] = sockets_[number];
  if (rest.size() > received_bytes_max / 2) throw std::runtime_error("a message is too long");
  std::memcpy(received_.get(), rest.data(), rest.size());
  const auto room = received_bytes_max - rest.size();
  const auto bytes = recv(file, received_.get() + rest.size(), room, MSG_DONTWAIT);
  if (bytes == static_cast<ssize_t>(room)) watch(number, EPOLL_CTL_MOD);  // tell us of the rest
  if (bytes == 0) throw std::runtime_error(named(number) + " was ended");
  if (bytes < 0 && errno != EAGAIN) {
    throw std::runtime_error(named(number) + ": " + strerror(errno));
  }
  return {received_.get(), rest.size() + static_cast<std::size_t>(std::max<ssize_t>(bytes, 0))};
}

}  // namespace hansom::bench
