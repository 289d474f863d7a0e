#include "bench/room_socket.hpp"

#include "bench/server_api.hpp"

#include <boost/beast/http.hpp>

#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <vector>

namespace hansom::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using Error = boost::beast::error_code;

constexpr std::size_t accounts = 10;

constexpr int stalled_receive_bytes = 4096;
constexpr int stalled_segment_bytes = 1400;

std::string name_of(std::size_t account) { return "member" + std::to_string(account); }

}  // namespace

CrowdedRoom CrowdedRoom::create(std::uint16_t port) {
  WireSockets calls(port);
  const Caller caller{calls, calls.open()};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < accounts; ++i) {
    create_account(caller, names.emplace_back(name_of(i)), R"(["student"])");
  }
  return {{asio::ip::address_v4::loopback(), port}, create_room(caller, names)};
}

void open(RoomSocket& socket, const CrowdedRoom& room, std::size_t number,
          const std::function<void(tcp::socket&)>& tune) try {
  auto& tcp_socket = socket.next_layer();
  tcp_socket.open(tcp::v4());
  if (tune) tune(tcp_socket);
  tcp_socket.bind({asio::ip::address_v4(own_address(number)), 0});
  tcp_socket.connect(room.server);
  tcp_socket.set_option(tcp::no_delay(true));
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set(http::field::authorization, "Bearer " + token_of(name_of(number % accounts)));
  }));
  socket.handshake("127.0.0.1", room.path);
} catch (const boost::system::system_error& error) {
  throw std::runtime_error("socket " + std::to_string(number) +
                           " could not be opened: " + error.code().message());
}

void keep_little_for(tcp::socket& socket) {
  socket.set_option(tcp::socket::receive_buffer_size(stalled_receive_bytes));
  const int bytes = stalled_segment_bytes;
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_MAXSEG, &bytes, sizeof bytes);
}

StalledSocket::StalledSocket(asio::io_context& context, const CrowdedRoom& room, std::size_t number,
                             std::chrono::milliseconds probe_interval,
                             std::function<void()> on_drop)
    : socket_(context),
      probe_(context),
      probe_interval_(probe_interval),
      on_drop_(std::move(on_drop)) {
  open(socket_, room, number, keep_little_for);
  socket_.next_layer().async_wait(tcp::socket::wait_read, [this](const Error& error) {
    if (error) return;
    first_unread_ = Clock::now();
    probe();
  });
}

double StalledSocket::seconds_since_first_unread() const {
  return std::chrono::duration<double>(Clock::now() - first_unread_).count();
}

void StalledSocket::probe() {
  Error error;
  socket_.pong({}, error);
  if (error) {
    const auto on_drop = std::move(on_drop_);  // which outlives this
    return on_drop();
  }
  probe_.expires_after(probe_interval_);
  probe_.async_wait([this](const Error& cancelled) {
    if (!cancelled) probe();
  });
}

}  // namespace hansom::bench
