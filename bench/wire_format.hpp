#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hansom::bench {

// What a client needs of WebSocket, HTTP and JSON to keep a server busy, and no more: nothing here
// allocates or copies but for what is sent.

/// A frame as a server sends it.
struct ServerFrame {
  static constexpr std::uint8_t text = 1;
  static constexpr std::uint8_t pong = 10;

  std::uint8_t opcode = 0;
  std::string_view payload;
  std::size_t bytes = 0;  ///< with its head
};

/// The first frame, or nothing while it is not whole. Throws `std::runtime_error` for one that is
/// masked or a fragment: Hansom sends neither.
std::optional<ServerFrame> first_frame(std::string_view bytes);

/// Appends a text frame as a client sends it. The key of its mask is 0, which a client may choose:
/// what is masked with it stays as it is, and costs a client nothing.
void append_text_frame(std::string& out, std::string_view text);

/// Appends a ping that says nothing.
void append_ping(std::string& out);

/// An answer to an HTTP request, which has to have a `Content-Length`.
struct HttpAnswer {
  int status = 0;
  std::string_view body;
  std::size_t bytes = 0;  ///< with its head
};

/// The first answer, or nothing while it is not whole. Throws `std::runtime_error` for what is
/// none.
std::optional<HttpAnswer> first_answer(std::string_view bytes);

/// The text that follows `"name":"` where that occurs first; empty where it does not. Escapes are
/// left as they are.
std::string_view string_member(std::string_view json, std::string_view name);

}  // namespace hansom::bench
