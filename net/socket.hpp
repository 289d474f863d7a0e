#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace hansom::net {

/// A TCP connection on a net thread. Its executor is named: one of any kind would make everything
/// that is under way larger, and there are several of these for each idle socket.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

}  // namespace hansom::net
