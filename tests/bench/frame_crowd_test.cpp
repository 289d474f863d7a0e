#include "bench/frame_crowd.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace hansom::bench;

namespace asio = boost::asio;

namespace {

/// A crowd of one, and the server's side of it.
struct CrowdOfOne {
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor{context,
                                   asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  FrameCrowd crowd{acceptor.local_endpoint().port()};
  asio::ip::tcp::socket server{context};

  CrowdOfOne() {
    crowd.sockets().open();
    crowd.begin(1);
    acceptor.accept(server);
  }
};

}  // namespace

TEST_CASE("a crowd counts frames, however their bytes come") {
  CrowdOfOne of_one;
  auto& crowd = of_one.crowd;
  auto& server = of_one.server;

  const std::string small("\x81\x02hi", 4);
  const auto large = std::string("\x81\x7e\x01\x00", 4) + std::string(256, 'x');
  std::uint64_t frames = 0;
  const auto send = [&](const std::string& bytes, std::uint64_t whole) {
    asio::write(server, asio::buffer(bytes));
    frames += whole;
    crowd.receive_until(frames);
  };
  send(small + large + small, 3);
  CHECK_NOTHROW(crowd.expect_each(3));
  // A frame's end comes with each part of the next one, so that the part is seen to have come.
  for (std::size_t i = 1; i < large.size(); i += 7) {
    send(small + large.substr(0, i), 1);
    CHECK_NOTHROW(crowd.expect_each(frames));
    CHECK_THROWS(crowd.expect_each(frames + 1));
    send(large.substr(i), 1);
  }
  for (std::size_t i = 1; i < 4; ++i) {
    send(small + large.substr(0, i), 1);
    send(large.substr(i), 1);
  }
  CHECK_NOTHROW(crowd.expect_each(frames));
}

TEST_CASE("a crowd says that a socket was ended") {
  CrowdOfOne of_one;
  of_one.server.close();
  CHECK_THROWS_WITH(of_one.crowd.receive_until(1), "socket 0 was ended");
}
