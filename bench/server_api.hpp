#pragma once

#include "bench/wire_sockets.hpp"

#include <string>

namespace hansom::bench {

// What a mode asks of a server that `ServerProcess` started. Accounts are told apart by a name.
// What the server does not do throws `std::runtime_error`.

/// Good for a day.
std::string token_of(const std::string& name);

/// A `POST` of JSON, all but the length of its body and what follows that; and what follows.
std::string post_head(const std::string& target, const std::string& token);
std::string with_length(const std::string& body);

/// An open connection for calls.
struct Caller {
  WireSockets& sockets;
  WireSockets::Number socket;
};

/// Creates an account whose username is its name, with `roles` as in JSON; returns its id.
std::string create_account(const Caller& caller, const std::string& name, const std::string& roles);
/// Creates a room of the first, in which all take part; returns the path of its WebSockets.
std::string create_room(const Caller& caller, const std::vector<std::string>& names);

}  // namespace hansom::bench
