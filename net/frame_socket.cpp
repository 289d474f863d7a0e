#include "net/frame_socket.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace hansom::net {
namespace {

namespace asio = boost::asio;

/// So many messages are written at once; Asio takes 64 buffers, and each is two.
constexpr std::size_t batch_max = 32;

/// What stands before the text of a message that is one frame of a server (RFC 6455, 5.2).
class Head {
 public:
  Head() = default;
  explicit Head(std::size_t text_bytes) {
    constexpr unsigned char final_text = 0x81;
    bytes_[0] = final_text;
    if (text_bytes < 126) {
      bytes_[1] = static_cast<unsigned char>(text_bytes);
      size_ = 2;
    } else if (text_bytes <= 0xffff) {
      bytes_[1] = 126;
      put(text_bytes, 2);
    } else {
      bytes_[1] = 127;
      put(text_bytes, 8);
    }
  }

  std::size_t size() const { return size_; }
  asio::const_buffer buffer() const { return {bytes_.data(), size_}; }

 private:
  /// Big-endian, in so many bytes.
  void put(std::size_t text_bytes, std::size_t width) {
    size_ = 2 + width;
    for (std::size_t i = size_; i-- > 2; text_bytes >>= 8) {
      bytes_[i] = static_cast<unsigned char>(text_bytes);
    }
  }

  std::array<unsigned char, 10> bytes_{};
  std::size_t size_ = 0;
};

std::size_t frame_bytes(const Frame& message) {
  return Head(message->size()).size() + message->size();
}

}  // namespace

FrameSocket::FrameSocket(Socket socket, std::function<void()> before_beast)
    : socket_(std::move(socket)), before_beast_(std::move(before_beast)) {
  Error ignored;  // of a connection that is gone, which the first read will tell
  socket_.non_blocking(true, ignored);
}

void FrameSocket::push(Frame message) {
  waiting_bytes_ += message->size();
  messages_.push_back(std::move(message));
}

FrameSocket::Error FrameSocket::write_messages() {
  std::array<Head, batch_max> heads;
  std::array<asio::const_buffer, 2 * batch_max> buffers;
  while (waiting() > 0) {
    if (beast_writes_ && !is_amid_message()) return asio::error::would_block;
    const auto count = beast_writes_ ? 1 : std::min(waiting(), batch_max);
    auto end = buffers.begin();
    for (std::size_t i = 0; i < count; ++i) {
      const auto& message = *messages_[next_ + i];
      heads[i] = Head(message.size());
      *end++ = heads[i].buffer();
      *end++ = asio::buffer(message);
    }
    const auto of_head = std::min(bytes_of_next_, buffers[0].size());
    buffers[0] += of_head;
    buffers[1] += bytes_of_next_ - of_head;
    Error error;
    consume(socket_.write_some(std::span(buffers.begin(), end), error));
    if (error) return error;
  }
  return {};
}

void FrameSocket::drop_waiting() {
  const auto kept = next_ + (is_amid_message() ? 1 : 0);
  for (auto i = kept; i < messages_.size(); ++i) waiting_bytes_ -= messages_[i]->size();
  messages_.resize(kept);
  forget_written();
}

void FrameSocket::consume(std::size_t bytes) {
  bytes += bytes_of_next_;
  while (waiting() > 0 && bytes >= frame_bytes(messages_[next_])) {
    bytes -= frame_bytes(messages_[next_]);
    waiting_bytes_ -= messages_[next_]->size();
    messages_[next_++].reset();
    ++written_;
  }
  bytes_of_next_ = bytes;
  forget_written();
}

void FrameSocket::forget_written() {
  if (waiting() == 0) {
    messages_ = {};  // an idle socket holds no queue
    next_ = 0;
  } else if (next_ > messages_.size() / 2) {
    messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
}

}  // namespace hansom::net
