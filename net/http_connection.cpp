#include "net/http_connection.hpp"

#include "net/http_message.hpp"
#include "net/limits.hpp"
#include "net/websocket_session.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace hansom::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Clock = std::chrono::steady_clock;
using Error = beast::error_code;

/// One connection: a coroutine that reads a request, has it answered, and so on. A request that
/// needs the engine waits here for its answer.
class HttpConnection final : public Peer, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(Socket socket, NetThread& thread, const Services& services)
      : stream_(std::move(socket)),
        thread_(thread),
        services_(services),
        news_(thread.context(), asio::steady_timer::time_point::max()) {}

  /// Static, and handed the owner, so that the connection lives as long as the coroutine.
  static asio::awaitable<void> run(std::shared_ptr<HttpConnection> self) {
    self->id_ = self->thread_.new_id();
    self->thread_.add(self->id_, self);
    const struct Registered {
      HttpConnection& connection;
      ~Registered() {
        if (!connection.handed_over_) connection.thread_.remove(connection.id_);
      }
    } registered{*self};
    bool more = true;
    while (more) more = co_await self->serve_one();
  }

  void take(Output output) override {
    if (auto* answer = std::get_if<Answer>(&output.what)) {
      answer_ = std::move(*answer);
      news_.cancel();
    } else if (std::holds_alternative<Admitted>(output.what)) {
      admitted_ = true;
      news_.cancel();
    } else {
      for_socket_.push_back(std::move(output));
    }
  }

  void keep_up(Clock::time_point) override {}  // Beast's stream keeps its own time

  void go_away() override {
    leaving_ = true;
    if (idle_) {
      Error ignored;
      stream_.socket().close(ignored);
    } else if (awaiting_keys_ || awaiting_told_ || (awaiting_answer_ && !answer_ && !admitted_)) {
      news_.cancel();  // there will be none: the engine has stopped, and keys are no more use
    }
  }

 private:
  /// Reads and answers one request; false when it was the last of this connection.
  asio::awaitable<bool> serve_one() {
    if (leaving_) co_return false;
    RequestParser parser;
    parser.header_limit(request_head_bytes_max);
    parser.body_limit(request_body_bytes_max);
    Error error;
    idle_ = true;
    if (!first_ && buffer_.size() == 0) {
      // A kept-alive connection may be silent a while; a head's time starts with its first byte.
      stream_.expires_after(keep_alive_timeout);
      const auto bytes =
          co_await stream_.async_read_some(buffer_.prepare(request_head_bytes_max),
                                           asio::redirect_error(asio::use_awaitable, error));
      buffer_.commit(bytes);
      if (error) co_return false;
    }
    first_ = false;
    stream_.expires_after(handshake_timeout);
    const auto head_bytes = co_await http::async_read_header(
        stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    idle_ = false;
    // Beast counts the request line and the headers each for themselves.
    if (!error && head_bytes > request_head_bytes_max) error = http::error::header_limit;
    if (error) co_return co_await give_up(error);

    origin_ = view(parser.get()[http::field::origin]);
    stream_.expires_after(handshake_timeout);
    if (auto objection = objection_to_head(parser)) {
      co_return co_await refuse(objection->code, std::move(objection->message));
    }
    if (is_upgrade(parser.get())) co_return co_await upgrade(parser.release());
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on(http::status::continue_, 11);
      co_await http::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, error));
    }
    co_await http::async_read(stream_, buffer_, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return co_await give_up(error);

    const auto request = parser.release();
    const bool can_be_judged = co_await await_keys(view_of(request));
    auto outcome = can_be_judged ? services_.api.handle(view_of(request), system_now())
                                 : refused(server_busy(), system_now());
    if (auto* command = std::get_if<Command>(&outcome)) {
      auto answer = co_await ask_engine(std::move(*command));
      outcome = std::move(answer.value());  // no route asks for a socket
    } else if (auto* question = std::get_if<Question>(&outcome)) {
      auto answer = co_await ask_log(std::move(*question));
      outcome = std::move(answer);
    }
    co_return co_await respond(std::get<HttpResponse>(outcome), request.version(),
                               request.keep_alive() && !leaving_,
                               request.method() == http::verb::head);
  }

  /// Waits while the key of the request's token is being fetched; false when the server stops
  /// first.
  asio::awaitable<bool> await_keys(HttpRequest request) {
    auto then = [connection = weak_from_this(), &context = thread_.context()] {
      asio::post(context, [connection] {
        if (const auto self = connection.lock()) self->have_keys();
      });
    };
    awaiting_keys_ = services_.api.awaits_keys(request, std::move(then));
    Error ignored;
    while (awaiting_keys_ && !leaving_) {
      co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return !std::exchange(awaiting_keys_, false);
  }

  void have_keys() {
    awaiting_keys_ = false;
    news_.cancel();
  }

  /// The engine's answer; nothing for a command that asked for a socket, and got it.
  asio::awaitable<std::optional<HttpResponse>> ask_engine(Command command) {
    answer_.reset();
    awaiting_answer_ = true;
    if (!services_.zone.submit({id_, std::move(command)})) {
      co_return refused(server_busy(), system_now());
    }
    Error ignored;
    while (!answer_ && !admitted_ && !leaving_) {
      co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    awaiting_answer_ = false;
    if (admitted_) co_return std::nullopt;
    if (!answer_) co_return refused(server_busy(), system_now());
    co_return HttpResponse{answer_->status, "application/json", answer_->body};
  }

  /// The answer to a question about what is in the log.
  asio::awaitable<HttpResponse> ask_log(Question question) {
    told_.reset();
    awaiting_told_ = true;
    auto then = [connection = weak_from_this(),
                 &context = thread_.context()](HttpResponse response) {
      asio::post(context, [connection, response = std::move(response)]() mutable {
        if (const auto self = connection.lock()) self->have_told(std::move(response));
      });
    };
    if (!services_.log_reader.ask(std::move(question), std::move(then))) {
      awaiting_told_ = false;
      co_return refused(server_busy(), system_now());
    }
    Error ignored;
    while (!told_ && !leaving_) {
      co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    awaiting_told_ = false;
    if (!told_) co_return refused(server_busy(), system_now());
    co_return std::move(*told_);
  }

  void have_told(HttpResponse response) {
    told_ = std::move(response);
    news_.cancel();
  }

  asio::awaitable<bool> respond(const HttpResponse& answer, unsigned version, bool keep_alive,
                                bool head_only) {
    if (answer.refused) services_.telemetry.refused(*answer.refused, std::nullopt);
    const auto* owned = std::get_if<Frame>(&answer.body);
    const std::string_view body =
        owned ? std::string_view(**owned) : std::get<std::string_view>(answer.body);
    http::response<http::span_body<const char>> response(static_cast<http::status>(answer.status),
                                                         version);
    response.set(http::field::server, "hansom");
    response.set(http::field::content_type,
                 beast::string_view(answer.content_type.data(), answer.content_type.size()));
    response.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : services_.api.cors_headers(origin_)) {
      response.set(beast::string_view(name.data(), name.size()), value);
    }
    for (const auto& [name, value] : answer.headers) {
      response.set(beast::string_view(name.data(), name.size()), value);
    }
    if (response[http::field::cache_control].empty()) {
      response.set(http::field::cache_control, "no-store");
    }
    response.keep_alive(keep_alive);
    response.content_length(body.size());
    if (!head_only) response.body() = {body.data(), body.size()};

    Error error;
    http::response_serializer<http::span_body<const char>> serializer(response);
    stream_.expires_after(handshake_timeout + std::chrono::seconds(body.size() / answer_rate_min));
    if (head_only) {
      co_await http::async_write_header(stream_, serializer,
                                        asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await http::async_write(stream_, serializer,
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    if (error || !keep_alive) {
      co_await hang_up();
      co_return false;
    }
    co_return true;
  }

  /// Answers what could not be read, where an answer makes sense.
  asio::awaitable<bool> give_up(const Error& error) {
    std::optional<Refusal> refusal;
    if (error == http::error::header_limit) {
      refusal = {RefusalCode::headers_too_large, "The request's head is larger than 8 KiB."};
    } else if (error == http::error::body_limit) {
      refusal = {RefusalCode::payload_too_large, "The request's body is larger than 64 KiB."};
    } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      refusal = {RefusalCode::bad_request, "The request is not valid HTTP."};
    }
    if (!refusal) {
      Error ignored;
      stream_.socket().close(ignored);
      co_return false;
    }
    co_return co_await refuse(refusal->code, std::move(refusal->message));
  }

  /// Answers with a refusal and ends the connection.
  asio::awaitable<bool> refuse(RefusalCode code, std::string message) {
    const auto response = refused({code, std::move(message)}, system_now());
    co_return co_await respond(response, 11, false, false);
  }

  /// Ends the connection so that the peer gets what was written: a plain close with unread bytes
  /// in the way would reset it.
  asio::awaitable<void> hang_up() {
    Error error;
    stream_.socket().shutdown(Socket::shutdown_send, error);
    stream_.expires_after(hang_up_timeout);
    std::array<char, 4096> unread;
    while (!error) {
      co_await stream_.async_read_some(asio::buffer(unread),
                                       asio::redirect_error(asio::use_awaitable, error));
    }
    stream_.socket().close(error);
  }

  /// The peer's address; what a trusted proxy adds to `X-Forwarded-For` last is the address of
  /// whoever it speaks for.
  std::string address_of_client(const Request& request) const {
    Error error;
    auto address = stream_.socket().remote_endpoint(error).address().to_string();
    const auto& trusted = services_.config.trusted_proxies;
    auto forwarded = "," + joined(request, "X-Forwarded-For", ",");
    while (std::ranges::find(trusted, address) != trusted.end()) {
      const auto comma = forwarded.rfind(',');
      if (comma == std::string::npos) break;
      const auto before = read_address(forwarded.substr(comma + 1));
      if (!before) break;
      address = *before;
      forwarded.erase(comma);
    }
    return address;
  }

  /// Hands the socket over to a WebSocket session; always false, as HTTP ends here.
  asio::awaitable<bool> upgrade(Request request) {
    const bool can_be_judged = co_await await_keys(view_of(request));
    if (!can_be_judged) {
      const auto response = refused(server_busy(), system_now());
      co_return co_await respond(response, 11, false, false);
    }
    const bool watches = is_board(path_of(view_of(request).target));
    std::expected<SocketRequest, HttpResponse> asked;
    if (!watches) {
      asked = services_.api.upgrade(view_of(request), system_now());
    } else if (auto objection =
                   services_.api.objection_to_watching(view_of(request), system_now())) {
      asked = std::unexpected(std::move(*objection));
    }
    if (!asked) co_return co_await respond(asked.error(), request.version(), false, false);
    if (const auto objection = objection_to_handshake(request, buffer_.size() > 0)) {
      auto response = refused(*objection, system_now());
      if (objection->code == RefusalCode::upgrade_required) {
        response.headers.emplace_back("Sec-WebSocket-Version", "13");
      }
      co_return co_await respond(response, 11, false, false);
    }
    auto place = services_.census.enter(address_of_client(request));
    if (!place) {
      co_return co_await refuse(RefusalCode::too_many_sockets,
                                "This address has too many sockets.");
    }
    std::optional<Refusal> refusal;
    if (watches) {
      // The engine knows nothing of it.
    } else if (asked->connect) {
      const auto answer = co_await ask_engine(std::move(*asked->connect));
      if (answer) co_return co_await respond(*answer, 11, false, false);
    } else {
      refusal = std::move(asked->connect.error());
    }
    stream_.expires_never();
    handed_over_ = true;
    run_websocket(stream_.release_socket(), std::move(request),
                  {id_, asked->side, std::move(refusal), std::move(for_socket_), watches},
                  std::move(*place), thread_, services_);
    co_return false;
  }

  beast::basic_stream<asio::ip::tcp, Socket::executor_type> stream_;
  NetThread& thread_;
  const Services& services_;
  PeerId id_;
  beast::flat_buffer buffer_;
  asio::steady_timer news_;  // never expires; cancelled when what is awaited has come
  std::optional<Answer> answer_;
  std::string origin_;  // of the request that is served
  bool awaiting_answer_ = false;
  bool admitted_ = false;           // the engine grants the socket that was asked for, ..
  std::vector<Output> for_socket_;  // .. and this is for it
  bool handed_over_ = false;        // the socket lives on, under the same number
  bool awaiting_keys_ = false;
  bool awaiting_told_ = false;        // by the log's reader, ..
  std::optional<HttpResponse> told_;  // .. this
  bool first_ = true;
  bool idle_ = false;
  bool leaving_ = false;
};

}  // namespace

void serve_connection(Socket socket, NetThread& thread, const Services& services) {
  Error ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  auto connection = std::make_shared<HttpConnection>(std::move(socket), thread, services);
  asio::co_spawn(thread.context(), HttpConnection::run(std::move(connection)), asio::detached);
}

}  // namespace hansom::net
