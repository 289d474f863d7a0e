#include "net/frame_socket.hpp"

#include <boost/asio/read.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <string>

using namespace hansom;
using namespace hansom::net;

namespace {

namespace asio = boost::asio;
using Error = FrameSocket::Error;

constexpr std::size_t small_buffer = 4096;

/// A socket under test and its peer, which reads when it is told to.
struct Pair {
  asio::io_context context;
  Socket peer{context};
  std::function<void()> before_beast = [] {};
  FrameSocket socket{connect(), [this] { before_beast(); }};

  Socket connect() {
    asio::basic_socket_acceptor<asio::ip::tcp, Socket::executor_type> acceptor(
        context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    peer.open(asio::ip::tcp::v4());
    peer.set_option(asio::socket_base::receive_buffer_size(small_buffer));
    peer.connect(acceptor.local_endpoint());
    auto accepted = acceptor.accept(context);
    accepted.set_option(asio::socket_base::send_buffer_size(small_buffer));
    return accepted;
  }

  /// Writes whenever there is room, until nothing waits.
  void go_on_writing() {
    if (socket.write_messages() != asio::error::would_block) return;
    socket.async_wait_for_room([this](const Error& error) {
      if (!error) go_on_writing();
    });
  }

  /// Writes in the background while the peer reads so many bytes.
  std::string read(std::size_t bytes) {
    std::string all(bytes, '\0');
    asio::async_read(peer, asio::buffer(all), [](const Error&, std::size_t) {});
    context.restart();
    context.run_for(std::chrono::seconds(10));
    return all;
  }
};

Frame text(std::size_t bytes, char letter) {
  return std::make_shared<const std::string>(bytes, letter);
}

/// As it stands on the wire (RFC 6455, 5.2).
std::string framed(const Frame& message) {
  const auto size = message->size();
  std::string head = "\x81";
  if (size < 126) {
    head += static_cast<char>(size);
  } else {
    const int width = size <= 0xffff ? 2 : 8;
    head += static_cast<char>(width == 2 ? 126 : 127);
    for (int i = width; i-- > 0;) head += static_cast<char>(size >> 8 * i);
  }
  return head + *message;
}

}  // namespace

TEST_CASE("messages of every size go out in order, as one frame each") {
  Pair pair;
  std::string expected;
  for (const std::size_t bytes : {0, 1, 125, 126, 127, 65'535, 65'536, 200'000, 3}) {
    const auto message = text(bytes, 'a');
    pair.socket.push(message);
    expected += framed(message);
  }
  for (int i = 0; i < 1000; ++i) {
    const auto message = text(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    pair.socket.push(message);
    expected += framed(message);
  }
  pair.go_on_writing();
  CHECK(pair.read(expected.size()) == expected);
  CHECK(pair.socket.waiting() == 0);
  CHECK(pair.socket.waiting_bytes() == 0);
  CHECK(pair.socket.written() == 1009);
}

TEST_CASE("a frame of Beast's goes out after the message that is half written, before the rest") {
  Pair pair;
  const auto large = text(1'000'000, 'm');
  const auto next = text(10, 'n');
  pair.socket.push(large);
  pair.socket.push(next);
  pair.go_on_writing();
  REQUIRE(pair.socket.waiting() == 2);

  const std::string pong("\x8a\x00", 2);
  std::size_t written = 0;
  pair.socket.async_write_some(asio::buffer(pong),
                               [&](const Error&, std::size_t bytes) { written = bytes; });
  pair.socket.push(next);
  const auto expected = framed(large) + pong + framed(next) + framed(next);
  CHECK(pair.read(expected.size()) == expected);
  CHECK(written == pong.size());
  CHECK(pair.socket.written() == 3);
}

TEST_CASE("a frame of Beast's gets a message that is half written out, though nobody else does") {
  Pair pair;
  const auto large = text(1'000'000, 'm');
  pair.socket.push(large);
  REQUIRE(pair.socket.write_messages() == asio::error::would_block);
  pair.socket.push(text(10, 'n'));
  const std::string pong("\x8a\x00", 2);
  std::size_t written = 0;
  pair.socket.async_write_some(asio::buffer(pong),
                               [&](const Error&, std::size_t bytes) { written = bytes; });
  const auto expected = framed(large) + pong;
  CHECK(pair.read(expected.size()) == expected);
  CHECK(written == pong.size());
  CHECK(pair.socket.waiting() == 1);
}

TEST_CASE("what waits can be written before Beast waits for bytes of the peer, or writes a frame") {
  Pair pair;
  pair.before_beast = [&] { pair.socket.write_messages(); };
  const auto message = text(10, 'm');
  std::string bytes(10, '\0');
  pair.socket.push(message);
  pair.socket.async_read_some(asio::buffer(bytes), [](const Error&, std::size_t) {});
  pair.socket.push(message);
  const std::string close("\x88\x02\x03\xe8", 4);
  pair.socket.async_write_some(asio::buffer(close), [](const Error&, std::size_t) {});
  const auto expected = framed(message) + framed(message) + close;
  CHECK(pair.read(expected.size()) == expected);
}

TEST_CASE("messages wait while a frame of Beast's is half written") {
  Pair pair;
  const std::string own(1'000'000, 'o');
  bool is_done = false;
  pair.socket.async_write_some(asio::buffer(own),
                               [&](const Error&, std::size_t) { is_done = true; });
  const auto message = text(10, 'm');
  pair.socket.push(message);
  pair.go_on_writing();
  CHECK(pair.socket.waiting() == 1);
  const auto expected = own + framed(message);
  CHECK(pair.read(expected.size()) == expected);
  CHECK(is_done);
}

TEST_CASE("what is dropped leaves the message that is half written whole") {
  Pair pair;
  const auto large = text(1'000'000, 'm');
  pair.socket.push(large);
  pair.socket.push(text(10, 'n'));
  pair.go_on_writing();
  pair.socket.drop_waiting();
  CHECK(pair.socket.waiting() == 1);
  CHECK(pair.socket.waiting_bytes() == large->size());
  CHECK(pair.read(framed(large).size()) == framed(large));
  CHECK(pair.socket.waiting_bytes() == 0);

  pair.socket.push(text(10, 'n'));
  pair.socket.drop_waiting();
  CHECK(pair.socket.waiting() == 0);
}
