#pragma once

#include "net/net_thread.hpp"
#include "net/services.hpp"
#include "net/socket.hpp"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace hansom::net {

/// A peer that becomes a WebSocket.
struct NewSocket {
  PeerId id;
  Side side = Side::driver;
  std::optional<Refusal> refusal;  ///< why it is to be closed at once; the engine knows it if none
  std::vector<Output> said;        ///< by the engine, already
  bool watches = false;            ///< the board, and nothing else: the engine does not know it
};

/// Accepts the upgrade that `request` asks for and runs the WebSocket from there, on `thread`,
/// which is the current one.
void run_websocket(Socket socket,
                   boost::beast::http::request<boost::beast::http::string_body> request,
                   NewSocket peer, SocketCensus::Place place, NetThread& thread,
                   const Services& services);

}  // namespace hansom::net
