#pragma once

#include "net/net_thread.hpp"
#include "net/services.hpp"
#include "net/socket.hpp"

namespace hansom::net {

/// Serves a connection that was accepted, on `thread`: HTTP requests, until one of them asks for a
/// WebSocket. To be called on any thread; `socket` belongs to the thread's context.
void serve_connection(Socket socket, NetThread& thread, const Services& services);

}  // namespace hansom::net
