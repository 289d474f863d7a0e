#pragma once

#include "engine/commands.hpp"
#include "engine/output.hpp"
#include "engine/rules.hpp"
#include "net/demo.hpp"
#include "net/http_request.hpp"
#include "net/origins.hpp"
#include "net/tokens/token_verifier.hpp"

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hansom::net {

using Header = std::pair<std::string_view, std::string>;

struct HttpResponse {
  int status = 200;
  std::string_view content_type = "application/json";
  std::variant<Frame, std::string_view>
      body;  ///< the view: of something that is part of the binary
  std::vector<Header> headers{};
  /// Why, where it was refused before it came to the engine, which counts its own refusals.
  std::optional<RefusalCode> refused{};
};

/// A WebSocket that is asked for.
struct SocketRequest {
  Side side = Side::driver;
  /// Asks the engine for the socket; a refusal is told on the opened socket.
  std::expected<Command, Refusal> connect;
};

/// A booking's story, from the event after a position on.
struct StoryOfBooking {
  std::string booking_id;
  Position after;
};
/// The bookings that were requested before a position, or the newest.
struct NewestBookings {
  std::size_t limit;
  std::optional<Position> before;
};
/// What is asked of the log, and not of the engine; see LogReader.
using Question = std::variant<StoryOfBooking, NewestBookings>;

/// Whose WebSockets there are at a path, if any.
std::optional<Side> side_of_sockets(std::string_view path);

/// Whether the live board's WebSocket is at a path.
bool is_board(std::string_view path);

/// What the server shows a scraper and a load balancer.
struct Health {
  std::function<bool()> ready;
  std::function<std::string()> metrics;
};

/// Maps HTTP requests to answers and commands. Knows no socket; safe to use from any thread at
/// once.
class Api {
 public:
  struct Options {
    std::optional<std::string> admin_token;
    /// The secret and accounts of the demo, where it is on.
    std::optional<std::string> demo_secret;
    std::vector<DemoAccount> demo_accounts;
    Origins origins{};
    Rules rules{};  ///< of which the console's countdowns know
  };

  /// `tokens` must outlive the API.
  Api(Options options, const TokenVerifier& tokens, Health health);

  /// Whether the request should wait until the key of its token was fetched, as `TokenVerifier`'s
  /// `awaits_keys`.
  bool awaits_keys(const HttpRequest& request, std::function<void()> then) const;

  using Outcome = std::variant<HttpResponse, Command, Question>;
  /// An answer, or the command or question whose answer is awaited.
  Outcome handle(const HttpRequest& request, Instant now) const;

  /// What lets pages of an origin that the operator named read a response (Fetch, 3.2: CORS
  /// protocol); nothing for other origins.
  std::vector<Header> cors_headers(std::string_view origin) const;

  /// What a WebSocket upgrade asks for, or why it is refused.
  std::expected<SocketRequest, HttpResponse> upgrade(const HttpRequest& request, Instant now) const;
  /// Why who asks for the board may not watch it, if so.
  std::optional<HttpResponse> objection_to_watching(const HttpRequest& request, Instant now) const;

 private:
  struct Route;
  struct Call;
  static const std::vector<Route>& routes();

  Outcome request_booking(const Call& call) const;
  Outcome cancel_as_customer(const Call& call) const;
  Outcome cancel_as_driver(const Call& call) const;
  Outcome show_profile(const Call& call) const;
  Outcome list_bookings(const Call& call) const;
  Outcome add_own_template(const Call& call) const;
  Outcome list_templates(const Call& call) const;
  Outcome delete_own_template(const Call& call) const;

  Outcome open_room(const Call& call) const;
  Outcome add_participant(const Call& call) const;
  Outcome remove_participant(const Call& call) const;
  Outcome list_room_messages(const Call& call) const;

  Outcome register_account(const Call& call) const;
  Outcome show_account(const Call& call) const;
  Outcome change_account(const Call& call) const;
  Outcome end_sessions(const Call& call) const;
  Outcome add_admin_template(const Call& call) const;
  Outcome list_admin_templates(const Call& call) const;
  Outcome list_all_bookings(const Call& call) const;
  Outcome tell_story(const Call& call) const;

  Outcome show_liveness(const Call& call) const;
  Outcome show_readiness(const Call& call) const;
  Outcome show_metrics(const Call& call) const;
  Outcome show_demo_accounts(const Call& call) const;
  Outcome show_rules(const Call& call) const;

  template <typename Serve>
  Outcome as_caller(const Call& call, Serve serve) const;
  template <typename Serve>
  Outcome as_admin(const Call& call, Serve serve) const;
  std::expected<Identity, Refusal> identify(const HttpRequest& request, Side side,
                                            Instant now) const;
  static std::optional<Side> side_of_route(std::string_view path);
  std::optional<Refusal> objection_to_admin(std::string_view token) const;

  const Options options_;
  const TokenVerifier& tokens_;
  const Health health_;
};

/// What is told to the sender of a command that the zone did not take.
Refusal server_busy();

/// An answer of the engine's as an HTTP response.
HttpResponse respond(Answer answer);

/// A refusal as an HTTP response, in the documents' envelope.
HttpResponse refused(const Refusal& refusal, Instant now);

}  // namespace hansom::net
