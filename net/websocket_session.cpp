#include "net/websocket_session.hpp"

#include "net/dialects/parse.hpp"
#include "net/dialects/taxi/parse.hpp"
#include "net/frame_socket.hpp"
#include "net/limits.hpp"
#include "net/rate_limit.hpp"
#include "net/read_executor.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace hansom::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Clock = std::chrono::steady_clock;
using Error = beast::error_code;

constexpr std::size_t short_message_bytes = 256;
constexpr std::size_t read_bytes = 4 * 1024;  // at once, of what is longer

/// One WebSocket. Reads one message after the other, and writes from a bounded queue. Beast's
/// timeouts are off: pings and every deadline are seen to by `keep_up`, which ends the TCP
/// connection itself, so that a peer who holds it open can't live on.
class WebSocketSession final : public Peer, public std::enable_shared_from_this<WebSocketSession> {
 public:
  WebSocketSession(Socket socket, const NewSocket& peer, SocketCensus::Place place,
                   NetThread& thread, const Services& services)
      : socket_(std::move(socket), [this] { write_before_beast(); }),
        id_(peer.id),
        side_(peer.side),
        connected_(!peer.refusal && !peer.watches),
        watches_(peer.watches),
        place_(std::move(place)),
        thread_(thread),
        services_(services),
        rate_(services.config.ws_rate_limit) {}

  void start(beast::http::request<beast::http::string_body> request, NewSocket peer) {
    services_.telemetry.socket_opened();
    thread_.add(id_, shared_from_this());
    for (auto& output : peer.said) take(std::move(output));
    if (watches_) send(services_.board_watch.join(id_));
    if (peer.refusal) {
      services_.telemetry.refused(peer.refusal->code, side_);
      send(services_.renderer.error(side_, *peer.refusal, std::nullopt));
      close_after_sending(CloseCode::policy_violation);
    }
    if (finished_) return;
    end_within(handshake_timeout);
    socket_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                       websocket::stream_base::none(), false});
    socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set(beast::http::field::server, "hansom");
    }));
    // Beast's own limit ends in a reset as soon as it has sent its Close, which the peer then never
    // reads; ours lets the peer read why.
    socket_.read_message_max(0);
    socket_.control_callback([this](websocket::frame_type type, beast::string_view payload) {
      // Only the echo of our own ping is a sign of life: anybody can send pongs unasked.
      if (type == websocket::frame_type::pong && payload == ping_payload_) awaits_pong_ = false;
      if (type == websocket::frame_type::close) end_within(close_timeout);
    });
    auto held = std::make_shared<decltype(request)>(std::move(request));
    socket_.async_accept(
        *held, [self = shared_from_this(), held](const Error& error) { self->accepted(error); });
  }

  void take(Output output) override {
    if (auto* frame = std::get_if<Frame>(&output.what)) send(std::move(*frame));
    if (auto* burst = std::get_if<Burst>(&output.what)) send(std::move(*burst));
    if (const auto* close = std::get_if<Close>(&output.what)) close_after_sending(close->code);
  }

  void flush() override {
    if (!open_ || awaits_room_ || finished_) return;
    auto& out = socket_.next_layer();
    const bool is_ending = !socket_.is_open();  // no message may follow a Close
    if (is_ending) out.drop_waiting();
    const Error error = out.write_messages();
    if (error == asio::error::would_block) {
      awaits_room_ = true;
      out.async_wait_for_room([self = shared_from_this()](const Error& failed) {
        self->awaits_room_ = false;
        if (!failed) self->flush();
      });
    } else if (error || is_ending) {
      return;  // the reader sees an error too, and finishes
    } else if (closing_) {
      close(*closing_);
    } else {
      report_if_drained();
    }
  }

  void keep_up(Clock::time_point now) override {
    if (open_ && !socket_.is_open()) {
      // Beast answers a violation with a Close of its own; then, too, the peer has not for ever.
      end_within(close_timeout);
    } else if (open_ && !closing_) {
      report_if_drained();
      watch(now);
    }
    // Not left to Beast's handlers: its close and a read that fails can wait for each other for
    // ever.
    if (ends_at_ && now >= *ends_at_) {
      cut();
    } else if (open_ && !ends_at_ && now >= next_ping_) {
      if (awaits_pong_) {
        cut();
      } else {
        ping(now);
      }
    }
  }

  void go_away() override { close_after_sending(CloseCode::going_away); }

 private:
  void accepted(const Error& error) {
    ends_at_.reset();
    if (error) {
      finish();
      return;
    }
    open_ = true;
    next_ping_ = Clock::now() + services_.config.ws_ping_interval;
    if (closing_) end_within(close_timeout);
    flush();
    if (!close_sent_) read();
  }

  /// Reads on, and hears what Beast has read already.
  void read() {
    reads_on_ = true;
    if (is_beginning_to_read_) return;
    is_beginning_to_read_ = true;
    while (std::exchange(reads_on_, false)) {
      // While it is silent, a peer holds a small buffer, which most messages fit into.
      const auto buffer =
          incoming_.prepare(incoming_.size() == 0 ? short_message_bytes : read_bytes);
      socket_.async_read_some(
          buffer,
          asio::bind_executor(ReadExecutor(tcp().get_executor(), is_beginning_to_read_),
                              [self = shared_from_this()](const Error& error, std::size_t bytes) {
                                self->have_read(error, bytes);
                              }));
    }
    is_beginning_to_read_ = false;
  }

  void have_read(const Error& error, std::size_t bytes) {
    if (error) {
      finish();
      return;
    }
    incoming_.commit(bytes);
    if (incoming_.size() > message_bytes_max) close_after_sending(CloseCode::too_big);
    if (!connected_ || closing_) {
      forget_message();  // read on, so that the peer's Close is seen
    } else if (socket_.is_message_done()) {
      if (rate_.allows(Clock::now())) {
        hear();
      } else {
        close_after_sending(CloseCode::policy_violation);
      }
      forget_message();
    }
    // Once a Close is on its way Beast reads for its answer itself, and asserts that nobody else
    // does.
    if (!close_sent_) read();
  }

  /// What was said before Beast waits for more goes out first; so it does before a Close with which
  /// Beast answers the peer, though messages are over then.
  void write_before_beast() {
    if (open_ && !socket_.is_open()) {
      socket_.next_layer().write_messages();
    } else {
      flush();
    }
  }

  void forget_message() {
    incoming_.clear();
    if (incoming_.capacity() > short_message_bytes) incoming_.shrink_to_fit();
  }

  /// Makes a command of the message that was read.
  void hear() {
    const auto bytes = incoming_.cdata();
    auto command = socket_.got_text()
                       ? parse_frame(side_, {static_cast<const char*>(bytes.data()), bytes.size()})
                       : binary_frame();
    if (!command) {
      static const auto pong = std::make_shared<const std::string>(taxi::pong);
      return send(pong);
    }
    Submitted submitted{id_, std::move(*command)};
    if (!services_.zone.submit(std::move(submitted))) {
      services_.telemetry.refused(RefusalCode::server_busy, side_);
      // What was not taken is untouched. NOLINTNEXTLINE(bugprone-use-after-move)
      send(services_.renderer.error(side_, server_busy(), booking_id_of(submitted.command)));
    }
  }

  /// Puts a frame into the queue, until the next `flush`.
  void send(Frame frame) {
    if (closing_) return;
    socket_.next_layer().push(std::move(frame));
    if (exceeds(outgoing_bytes_cap)) flush();  // as it may not have been tried yet
    if (exceeds(outgoing_bytes_cap)) overflow();
  }

  /// A single frame always goes out, however large it is.
  bool exceeds(std::size_t bytes_max) {
    const auto& out = socket_.next_layer();
    return out.waiting_bytes() > bytes_max + burst_bytes_ && out.waiting() > 1;
  }

  /// Ends a peer that has too much waiting for it and took no frame for a round, or has for long.
  /// What comes at once may be more than the limit for a peer that reads.
  void watch(Clock::time_point now) {
    const auto written = socket_.next_layer().written();
    if (!exceeds(outgoing_bytes_max) || !awaits_room_) {
      excess_.reset();
    } else if (!excess_) {
      excess_ = {now, written};
    } else if (excess_->written == written || now - excess_->since >= outgoing_excess_time_max) {
      overflow();
    } else {
      excess_->written = written;
    }
  }

  /// What the peer asked for at once may wait for it whole, beyond the limit. More of it comes only
  /// when this is sent.
  void send(Burst burst) {
    if (burst.report_drained) {
      for (const auto& frame : burst.frames) burst_bytes_ += frame->size();
      report_drained_ = true;
    }
    for (auto& frame : burst.frames) send(std::move(frame));
  }

  void report_if_drained() {
    if (socket_.next_layer().waiting() > 0) return;
    burst_bytes_ = 0;
    // Where the queue is full, `keep_up` tries again.
    if (report_drained_) report_drained_ = !services_.zone.submit({id_, Drained{}});
  }

  /// The peer does not read: what waits for it is given up, and so is the peer.
  void overflow() {
    if (!open_) return finish();
    socket_.next_layer().drop_waiting();
    closing_ = CloseCode::try_again_later;
    end_within(overflow_close_timeout);
    close(CloseCode::try_again_later);
  }

  void close_after_sending(CloseCode code) {
    if (closing_) return;
    closing_ = code;
    end_within(close_timeout);
    flush();
  }

  void close(CloseCode code) {
    if (std::exchange(close_sent_, true)) return;
    socket_.async_close(static_cast<websocket::close_code>(code),
                        [self = shared_from_this()](const Error&) { self->finish(); });
  }

  /// REQUIRES: the one before has been answered, so it is no longer being written.
  void ping(Clock::time_point now) {
    awaits_pong_ = true;
    next_ping_ = now + services_.config.ws_ping_interval;
    ping_payload_ = std::to_string(++pings_);
    socket_.async_ping({ping_payload_.data(), ping_payload_.size()},
                       [self = shared_from_this()](const Error&) {});
  }

  /// Sets a deadline, or brings the one there is forward.
  void end_within(Clock::duration time) {
    const auto deadline = Clock::now() + time;
    if (!ends_at_ || deadline < *ends_at_) ends_at_ = deadline;
  }

  /// Ends a peer that does not answer: without a reset the system would keep for minutes what it
  /// could not send.
  void cut() {
    Error ignored;
    tcp().set_option(asio::socket_base::linger(true, 0), ignored);
    finish();
  }

  /// Ends the TCP connection, so that whatever is under way fails, and signs off.
  void finish() {
    if (std::exchange(finished_, true)) return;
    Error ignored;
    tcp().close(ignored);
    if (connected_) services_.zone.submit({id_, Disconnect{}});
    if (watches_) services_.board_watch.leave(id_);
    services_.telemetry.socket_closed();
    thread_.remove(id_);
  }

  Socket& tcp() { return socket_.next_layer().next_layer(); }

  websocket::stream<FrameSocket, false> socket_;  // without compression
  const PeerId id_;
  const Side side_;
  const bool connected_;  // the engine knows of it
  const bool watches_;    // the board
  const SocketCensus::Place place_;
  NetThread& thread_;
  const Services& services_;
  RateLimit rate_;

  beast::flat_buffer incoming_;
  bool is_beginning_to_read_ = false;
  bool reads_on_ = false;
  bool awaits_room_ = false;  // for more of what waits
  /// While too much waits: since when, and how many frames had been taken in the last round.
  struct Excess {
    Clock::time_point since;
    std::uint64_t written;
  };
  std::optional<Excess> excess_;
  std::size_t burst_bytes_ = 0;  // of the burst that waits, until nothing waits any more
  bool report_drained_ = false;  // the engine waits to hear of that

  bool open_ = false;  // the upgrade was answered
  std::optional<CloseCode> closing_;
  bool close_sent_ = false;
  bool finished_ = false;
  bool awaits_pong_ = false;
  std::uint64_t pings_ = 0;
  std::string ping_payload_;
  Clock::time_point next_ping_;
  std::optional<Clock::time_point> ends_at_;
};

}  // namespace

void run_websocket(Socket socket, beast::http::request<beast::http::string_body> request,
                   NewSocket peer, SocketCensus::Place place, NetThread& thread,
                   const Services& services) {
  std::make_shared<WebSocketSession>(std::move(socket), peer, std::move(place), thread, services)
      ->start(std::move(request), std::move(peer));
}

}  // namespace hansom::net
