#include "bench/wire_format.hpp"

#include <charconv>
#include <stdexcept>

namespace hansom::bench {
namespace {

// RFC 6455, 5.2.
constexpr unsigned final_bit = 0x80;
constexpr unsigned mask_bit = 0x80;
constexpr std::size_t short_bytes_max = 125;
constexpr unsigned two_bytes_follow = 126;
constexpr unsigned eight_bytes_follow = 127;
constexpr std::string_view zero_key("\0\0\0\0", 4);

std::uint8_t byte(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value = value << 8 | byte(bytes, i);
  return value;
}

/// The value of a header, as Beast spells its name.
std::string_view header(std::string_view head, std::string_view name) {
  const auto at = head.find(name);
  if (at == head.npos) return {};
  const auto value = head.substr(at + name.size());
  return value.substr(0, value.find('\r'));
}

template <typename Number>
Number number(std::string_view text) {
  Number value{};
  const auto end = text.data() + text.size();
  if (const auto [stop, error] = std::from_chars(text.data(), end, value);
      error != std::errc() || stop != end) {
    throw std::runtime_error("an HTTP answer can't be read");
  }
  return value;
}

}  // namespace

std::optional<ServerFrame> first_frame(std::string_view bytes) {
  if (bytes.size() < 2) return {};
  if (!(byte(bytes, 0) & final_bit)) throw std::runtime_error("a frame is a fragment");
  if (byte(bytes, 1) & mask_bit) throw std::runtime_error("a server's frame is masked");
  const unsigned length = byte(bytes, 1);
  const std::size_t extra = length == two_bytes_follow ? 2 : length == eight_bytes_follow ? 8 : 0;
  const std::size_t head = 2 + extra;
  if (bytes.size() < head) return {};
  const auto size = extra == 0 ? length : big_endian(bytes.substr(2, extra));
  if (bytes.size() - head < size) return {};
  return ServerFrame{static_cast<std::uint8_t>(byte(bytes, 0) & 0xf), bytes.substr(head, size),
                     head + size};
}

void append_text_frame(std::string& out, std::string_view text) {
  out += static_cast<char>(final_bit | ServerFrame::text);
  std::size_t length_bytes = 0;
  if (text.size() <= short_bytes_max) {
    out += static_cast<char>(mask_bit | text.size());
  } else {
    length_bytes = text.size() <= 0xffff ? 2 : 8;
    out +=
        static_cast<char>(mask_bit | (length_bytes == 2 ? two_bytes_follow : eight_bytes_follow));
  }
  while (length_bytes > 0) out += static_cast<char>(text.size() >> --length_bytes * 8 & 0xff);
  out += zero_key;
  out += text;
}

void append_ping(std::string& out) {
  constexpr unsigned ping = 9;
  out += static_cast<char>(final_bit | ping);
  out += static_cast<char>(mask_bit);
  out += zero_key;
}

std::optional<HttpAnswer> first_answer(std::string_view bytes) {
  static constexpr std::string_view version = "HTTP/1.1 ", end = "\r\n\r\n";
  const auto head_end = bytes.find(end);
  if (head_end == bytes.npos) return {};
  const auto head = bytes.substr(0, head_end + 2);
  if (!head.starts_with(version)) throw std::runtime_error("an answer is not HTTP");
  const auto status = number<int>(head.substr(version.size(), 3));
  // An answer to an upgrade has no body, and does not say so.
  const auto length = status == 101 ? 0 : number<std::size_t>(header(head, "\r\nContent-Length: "));
  const auto size = head_end + end.size();
  if (bytes.size() - size < length) return {};
  return HttpAnswer{status, bytes.substr(size, length), size + length};
}

std::string_view string_member(std::string_view json, std::string_view name) {
  static constexpr std::string_view between = R"(":")";
  for (auto at = json.find(name); at != json.npos; at = json.find(name, at + 1)) {
    const auto value = at + name.size() + between.size();
    if (at == 0 || json[at - 1] != '"' ||
        json.substr(at + name.size(), between.size()) != between) {
      continue;
    }
    return json.substr(value, json.find('"', value) - value);
  }
  return {};
}

}  // namespace hansom::bench
