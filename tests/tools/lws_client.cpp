// libwebsockets as a client that does what it is told, for the tests of who can talk with Hansom
// (blackbox/interop.test.mjs). Its twins are websockets_client.py and wsproto_client.py.
//
//   hansom_lws_client PORT PATH TOKEN
//
// Orders come on stdin, one a line, payloads in hex: `text P`, `fragments P P ..`, `ping P`,
// `close CODE REASON` (the code in hex, too). What happens goes to stdout: `opened`,
// `refused STATUS`, `text P`, `pong P`, `closed CODE REASON`. libwebsockets keeps the code of an
// answer to its own Close to itself: then it is `closed`.

#include <array>
#include <charconv>
#include <cstdio>
#include <deque>
#include <libwebsockets.h>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using Bytes = std::string;

/// One frame to be sent, or the last one, a Close.
struct Outgoing {
  Bytes payload;
  int protocol = LWS_WRITE_TEXT;
  int close_code = 0;
};

struct Client {
  std::string token;
  lws* socket = nullptr;
  std::deque<Outgoing> outgoing;
  std::string orders;   // an unfinished line
  Bytes incoming;       // an unfinished message
  std::string closing;  // code and reason of the server's Close
  bool is_over = false;
};

Client client;

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const unsigned char byte : bytes) {
    constexpr auto digits = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned char byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

void obey(const std::string& line) {
  std::istringstream words(line);
  std::string order;
  std::string word;
  words >> order;
  if (order == "close") {
    words >> word;
    const auto code = std::stoi(word, nullptr, 16);
    word.clear();
    words >> word;
    client.outgoing.push_back({from_hex(word), 0, code});
    return;
  }
  const auto first = client.outgoing.size();
  while (words >> word) client.outgoing.push_back({from_hex(word)});
  for (auto i = first; i < client.outgoing.size(); ++i) {
    const bool is_last = i + 1 == client.outgoing.size();
    client.outgoing[i].protocol =
        order == "ping" ? LWS_WRITE_PING : lws_write_ws_flags(LWS_WRITE_TEXT, i == first, is_last);
  }
}

/// Takes the orders there are; false at their end.
bool read_orders() {
  std::array<char, 4096> buffer;
  const auto bytes = read(STDIN_FILENO, buffer.data(), buffer.size());
  if (bytes <= 0) return false;
  client.orders.append(buffer.data(), static_cast<std::size_t>(bytes));
  for (auto end = client.orders.find('\n'); end != std::string::npos;
       end = client.orders.find('\n')) {
    obey(client.orders.substr(0, end));
    client.orders.erase(0, end + 1);
  }
  if (client.socket) lws_callback_on_writable(client.socket);
  return true;
}

/// Sends what is next; false when the socket is to be closed.
bool write_next() {
  if (client.outgoing.empty()) return true;
  auto next = std::move(client.outgoing.front());
  client.outgoing.pop_front();
  const auto size = next.payload.size();
  if (next.close_code != 0) {
    lws_close_reason(client.socket, static_cast<lws_close_status>(next.close_code),
                     reinterpret_cast<unsigned char*>(next.payload.data()), size);
    return false;
  }
  next.payload.insert(0, LWS_PRE, '\0');  // where it writes the frame's head
  auto* payload = reinterpret_cast<unsigned char*>(next.payload.data()) + LWS_PRE;
  if (lws_write(client.socket, payload, size, static_cast<lws_write_protocol>(next.protocol)) < 0) {
    return false;
  }
  if (!client.outgoing.empty()) lws_callback_on_writable(client.socket);
  return true;
}

int on_event(lws* socket, lws_callback_reasons reason, void*, void* in, std::size_t length) {
  const std::string_view bytes(static_cast<const char*>(in), in ? length : 0);
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: {
      const auto value = "Bearer " + client.token;
      auto** at = static_cast<unsigned char**>(in);
      return lws_add_http_header_by_name(socket,
                                         reinterpret_cast<const unsigned char*>("Authorization:"),
                                         reinterpret_cast<const unsigned char*>(value.data()),
                                         static_cast<int>(value.size()), at, *at + length);
    }
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      client.socket = socket;
      say("opened");
      lws_callback_on_writable(socket);
      return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      say("refused " + std::to_string(lws_http_client_http_response(socket)));
      client.is_over = true;
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      client.incoming += bytes;
      if (lws_is_final_fragment(socket) && lws_remaining_packet_payload(socket) == 0) {
        say("text " + to_hex(client.incoming));
        client.incoming.clear();
      }
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
      say("pong " + to_hex(bytes));
      return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return write_next() ? 0 : -1;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: {
      const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
      if (bytes.size() >= 2) {
        client.closing =
            " " + std::to_string(byte(0) << 8 | byte(1)) + " " + to_hex(bytes.substr(2));
      }
      return 0;
    }
    case LWS_CALLBACK_CLIENT_CLOSED:
      say("closed" + client.closing);
      client.is_over = true;
      return 0;
    case LWS_CALLBACK_RAW_RX_FILE:
      return read_orders() ? 0 : -1;
    default:
      return 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: hansom_lws_client PORT PATH TOKEN\n", stderr);
    return 2;
  }
  client.token = argv[3];
  lws_set_log_level(LLL_ERR, nullptr);

  const std::array<lws_protocols, 2> protocols{lws_protocols{"orders", on_event, 0, 0, 0, {}, 0},
                                               lws_protocols{}};
  const std::array<lws_extension, 2> extensions{
      lws_extension{"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate"},
      lws_extension{}};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols.data();
  info.extensions = extensions.data();
  auto* context = lws_create_context(&info);
  if (!context) return 1;
  lws_sock_file_fd_type in;
  in.filefd = STDIN_FILENO;
  lws_adopt_descriptor_vhost(lws_get_vhost_by_name(context, "default"), LWS_ADOPT_RAW_FILE_DESC, in,
                             "orders", nullptr);

  lws_client_connect_info connection{};
  connection.context = context;
  connection.address = "127.0.0.1";
  connection.port = std::stoi(argv[1]);
  connection.path = argv[2];
  connection.host = "127.0.0.1";
  connection.local_protocol_name = "orders";
  connection.ietf_version_or_minus_one = -1;
  lws_client_connect_via_info(&connection);
  while (!client.is_over && lws_service(context, 0) >= 0) {
  }
  lws_context_destroy(context);
}
