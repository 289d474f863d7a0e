#pragma once

#include "net/net_thread.hpp"
#include "net/services.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace hansom::net {

/// Accepts the upgrade that `request` asks for and runs the WebSocket from there, on `thread`,
/// which is the current one.
void run_websocket(boost::asio::ip::tcp::socket socket,
                   boost::beast::http::request<boost::beast::http::string_body> request,
                   SocketRequest asked, SocketCensus::Place place, NetThread& thread,
                   const Services& services);

}  // namespace hansom::net
