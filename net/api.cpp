#include "net/api.hpp"

#include "events/event_schema.hpp"
#include "net/assets.hpp"
#include "net/dialects/account_requests.hpp"
#include "net/dialects/envelope.hpp"
#include "net/dialects/page.hpp"
#include "net/dialects/rooms/requests.hpp"
#include "net/dialects/taxi/booking_requests.hpp"
#include "net/tokens/hs256.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <chrono>

namespace hansom::net {
namespace {

constexpr std::chrono::hours demo_token_life{24};

/// A command as read from a request, or what is wrong with it.
template <typename Command>
using Read = std::expected<Command, Refusal>;

/// The console may load nothing from elsewhere, and run no script that is not a file of ours.
constexpr std::string_view content_security_policy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::expected<Page, Refusal> page_of(const HttpRequest& request) {
  return read_page(query_parameter(request.target, "limit"),
                   query_parameter(request.target, "before"));
}

/// The answer to a browser that asks whether a page of an origin that was named may ask.
HttpResponse allow_requests() {
  return {200,
          "text/plain",
          std::string_view(),
          {{"Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"},
           {"Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key, X-Device-ID, X-Device-Model"},
           {"Access-Control-Max-Age", "600"}}};
}

/// Browsers send cookies along on these sides; the taxi's apps send their token themselves.
bool takes_cookie(Side side) {
  return side == Side::campus_driver || side == Side::passenger || side == Side::participant;
}

HttpResponse serve(const Asset& asset) {
  return {200,
          asset.content_type,
          asset.bytes,
          {{"Content-Security-Policy", std::string(content_security_policy)},
           {"Cache-Control", "no-cache"}}};
}

}  // namespace

/// A request on its way through a route.
struct Api::Call {
  const HttpRequest& request;
  Instant now;
  std::vector<std::string> parts{};  ///< what stood for `{..}` in the path, in order
  std::optional<Side> side{};
};

struct Api::Route {
  std::string_view method;
  std::string_view path;  ///< `{..}` stands for any one segment
  Outcome (Api::*handle)(const Call&) const;
  std::optional<Side> side{};  ///< on which requests are made with a caller's token
};

const std::vector<Api::Route>& Api::routes() {
  static const std::vector<Route> all = {
      {"POST", "/api/mobile/customer/booking/request", &Api::request_booking, Side::customer},
      {"POST", "/api/mobile/customer/booking/{id}/cancel", &Api::cancel_as_customer,
       Side::customer},
      {"POST", "/api/mobile/driver/booking/{id}/cancel", &Api::cancel_as_driver, Side::driver},
      {"GET", "/api/mobile/customer/profile", &Api::show_profile, Side::customer},
      {"GET", "/api/mobile/driver/profile", &Api::show_profile, Side::driver},
      {"GET", "/api/mobile/customer/bookings", &Api::list_bookings, Side::customer},
      {"GET", "/api/mobile/driver/bookings", &Api::list_bookings, Side::driver},
      {"POST", "/api/mobile/driver/cancellation-templates", &Api::add_own_template, Side::driver},
      {"GET", "/api/mobile/driver/cancellation-templates", &Api::list_templates, Side::driver},
      {"DELETE", "/api/mobile/driver/cancellation-templates/{id}", &Api::delete_own_template,
       Side::driver},
      {"POST", "/api/rooms", &Api::open_room, Side::participant},
      {"POST", "/api/rooms/{host}/{slug}/participants", &Api::add_participant, Side::participant},
      {"DELETE", "/api/rooms/{host}/{slug}/participants/{username}", &Api::remove_participant,
       Side::participant},
      {"GET", "/api/rooms/{host}/{slug}/messages", &Api::list_room_messages, Side::participant},
      {"POST", "/api/admin/accounts", &Api::register_account},
      {"GET", "/api/admin/accounts/{id}", &Api::show_account},
      {"PATCH", "/api/admin/accounts/{id}", &Api::change_account},
      {"DELETE", "/api/admin/accounts/{id}/session", &Api::end_sessions},
      {"POST", "/api/admin/cancellation-templates", &Api::add_admin_template},
      {"GET", "/api/admin/cancellation-templates", &Api::list_admin_templates},
      {"GET", "/api/admin/bookings", &Api::list_all_bookings},
      {"GET", "/api/admin/bookings/{id}/story", &Api::tell_story},
      {"GET", "/healthz", &Api::show_liveness},
      {"GET", "/readyz", &Api::show_readiness},
      {"GET", "/metrics", &Api::show_metrics},
      {"GET", "/demo/accounts", &Api::show_demo_accounts},
      {"GET", "/console/rules", &Api::show_rules},
  };
  return all;
}

Api::Api(Options options, const TokenVerifier& tokens, Health health)
    : options_(std::move(options)), tokens_(tokens), health_(std::move(health)) {}

/// On which side requests to a path are made, if they are made with a caller's token.
std::optional<Side> Api::side_of_route(std::string_view path) {
  for (const auto& route : routes()) {
    if (route.side && match(route.path, path)) return route.side;
  }
  return std::nullopt;
}

bool Api::awaits_keys(const HttpRequest& request, std::function<void()> then) const {
  const auto path = path_of(request.target);
  const auto side = request.is_upgrade ? side_of_sockets(path) : side_of_route(path);
  if (!side) return false;
  const auto token = token_of(request, takes_cookie(*side));
  return !token.text.empty() && tokens_.awaits_keys(token.text, std::move(then));
}

Api::Outcome Api::handle(const HttpRequest& request, Instant now) const {
  const auto path = path_of(request.target);
  std::string allowed;
  const auto method = request.method == "HEAD" ? "GET" : request.method;
  const bool is_preflight = method == "OPTIONS" && !request.requested_method.empty();
  if (is_preflight && side_of_route(path) && options_.origins.name(request.origin)) {
    return allow_requests();
  }
  for (const auto& route : routes()) {
    auto parts = match(route.path, path);
    if (!parts) continue;
    if (route.method == method) {
      return (this->*route.handle)({request, now, std::move(*parts), route.side});
    }
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (const auto* asset = find_asset(path)) {
    if (method == "GET") return serve(*asset);
    allowed = "GET, HEAD";
  }
  if (!allowed.empty()) {
    auto response =
        refused({RefusalCode::method_not_allowed, "This path takes " + allowed + "."}, now);
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  if (side_of_sockets(path) || is_board(path)) {
    auto response = refused({RefusalCode::upgrade_required, "This path takes WebSockets."}, now);
    response.headers.emplace_back("Upgrade", "websocket");
    return response;
  }
  return refused({RefusalCode::not_found, "There is nothing at this path."}, now);
}

std::vector<Header> Api::cors_headers(std::string_view origin) const {
  if (!options_.origins.name(origin)) return {};
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Access-Control-Allow-Credentials", "true"},
          {"Vary", "Origin"}};
}

/// Finds out who calls; `serve` makes a command of it, or a refusal that only they hear who may
/// call at all.
template <typename Serve>
Api::Outcome Api::as_caller(const Call& call, Serve serve) const {
  const auto side = call.side.value();
  auto identity = identify(call.request, side, call.now);
  if (!identity) return refused(identity.error(), call.now);
  Caller caller{side, std::move(*identity)};
  auto command = serve();
  if (!command) return MalformedRequest{std::move(caller), command.error()};
  command->caller = std::move(caller);
  return std::move(*command);
}

template <typename Serve>
Api::Outcome Api::as_admin(const Call& call, Serve serve) const {
  if (const auto objection = objection_to_admin(bearer_of(call.request.authorization)))
    return refused(*objection, call.now);
  auto command = serve();
  if (!command) return refused(command.error(), call.now);
  return std::move(*command);
}

Api::Outcome Api::request_booking(const Call& call) const {
  return as_caller(call, [&]() -> Read<RequestBooking> {
    const auto& request = call.request;
    auto command = taxi::read_booking_request(request.body);
    if (command && request.idempotency_key) {
      auto key = taxi::read_idempotency_key(*request.idempotency_key, request.body);
      if (!key) return std::unexpected(key.error());
      command->idempotency_key = std::move(*key);
    }
    if (command) command->device = taxi::read_device(request.device_id, request.device_model);
    return command;
  });
}

Api::Outcome Api::cancel_as_customer(const Call& call) const {
  return as_caller(call, [&]() -> Read<CancelRideByCustomer> {
    return CancelRideByCustomer{{}, call.parts.at(0)};
  });
}

Api::Outcome Api::cancel_as_driver(const Call& call) const {
  return as_caller(call, [&]() -> Read<CancelRideByDriver> {
    auto reason = taxi::read_cancellation(call.request.body);
    if (!reason) return std::unexpected(reason.error());
    return CancelRideByDriver{{}, call.parts.at(0), std::move(*reason)};
  });
}

Api::Outcome Api::show_profile(const Call& call) const {
  return as_caller(call, [] { return Read<ShowProfile>(); });
}

Api::Outcome Api::list_bookings(const Call& call) const {
  return as_caller(call, [&]() -> Read<ListBookings> {
    auto page = page_of(call.request);
    if (!page) return std::unexpected(page.error());
    return ListBookings{{}, page->limit, std::move(page->before)};
  });
}

Api::Outcome Api::add_own_template(const Call& call) const {
  return as_caller(call, [&]() -> Read<AddOwnTemplate> {
    auto text = taxi::read_template(call.request.body);
    if (!text) return std::unexpected(text.error());
    return AddOwnTemplate{{}, std::move(*text)};
  });
}

Api::Outcome Api::list_templates(const Call& call) const {
  return as_caller(call, [] { return Read<ListTemplates>(); });
}

Api::Outcome Api::delete_own_template(const Call& call) const {
  return as_caller(call, [&]() -> Read<DeleteOwnTemplate> {
    return DeleteOwnTemplate{{}, call.parts.at(0)};
  });
}

Api::Outcome Api::open_room(const Call& call) const {
  return as_caller(call, [&] { return rooms::read_room(call.request.body); });
}

Api::Outcome Api::add_participant(const Call& call) const {
  return as_caller(call, [&]() -> Read<AddParticipant> {
    auto username = rooms::read_username(call.request.body);
    if (!username) return std::unexpected(username.error());
    return AddParticipant{{}, call.parts.at(0), call.parts.at(1), std::move(*username)};
  });
}

Api::Outcome Api::remove_participant(const Call& call) const {
  return as_caller(call, [&]() -> Read<RemoveParticipant> {
    return RemoveParticipant{{}, call.parts.at(0), call.parts.at(1), call.parts.at(2)};
  });
}

Api::Outcome Api::list_room_messages(const Call& call) const {
  return as_caller(call, [&]() -> Read<ListRoomMessages> {
    auto page = page_of(call.request);
    if (!page) return std::unexpected(page.error());
    return ListRoomMessages{
        {}, call.parts.at(0), call.parts.at(1), page->limit, std::move(page->before)};
  });
}

Api::Outcome Api::register_account(const Call& call) const {
  return as_admin(call, [&] { return read_account(call.request.body); });
}

Api::Outcome Api::show_account(const Call& call) const {
  return as_admin(call, [&]() -> Read<ShowAccount> { return ShowAccount{call.parts.at(0)}; });
}

Api::Outcome Api::change_account(const Call& call) const {
  return as_admin(call, [&]() -> Read<ChangeAccount> {
    auto changes = read_account_changes(call.request.body);
    if (!changes) return std::unexpected(changes.error());
    return ChangeAccount{call.parts.at(0), std::move(*changes)};
  });
}

Api::Outcome Api::end_sessions(const Call& call) const {
  return as_admin(call, [&]() -> Read<EndSessions> { return EndSessions{call.parts.at(0)}; });
}

Api::Outcome Api::add_admin_template(const Call& call) const {
  return as_admin(call, [&]() -> Read<AddAdminTemplate> {
    auto text = taxi::read_template(call.request.body);
    if (!text) return std::unexpected(text.error());
    return AddAdminTemplate{std::move(*text)};
  });
}

Api::Outcome Api::list_admin_templates(const Call& call) const {
  return as_admin(call, [] { return Read<ListAdminTemplates>(); });
}

Api::Outcome Api::list_all_bookings(const Call& call) const {
  return as_admin(call, [&]() -> Read<Question> {
    const auto page = page_of(call.request);
    if (!page) return std::unexpected(page.error());
    const auto before = read_position("before", page->before);
    if (!before) return std::unexpected(before.error());
    return NewestBookings{page->limit, *before};
  });
}

Api::Outcome Api::tell_story(const Call& call) const {
  return as_admin(call, [&]() -> Read<Question> {
    const auto after = read_position("after", query_parameter(call.request.target, "after"));
    if (!after) return std::unexpected(after.error());
    return StoryOfBooking{call.parts.at(0), after->value_or(Position{})};
  });
}

Api::Outcome Api::show_liveness(const Call& call) const {
  return respond(success(200, "The server is running.", call.now,
                         [](JsonWriter& data) { data.field("status", "alive"); }));
}

Api::Outcome Api::show_readiness(const Call& call) const {
  if (!health_.ready()) {
    return refused({RefusalCode::log_unavailable, "Commands can't be decided just now."}, call.now);
  }
  return respond(success(200, "Commands are being decided.", call.now,
                         [](JsonWriter& data) { data.field("status", "ready"); }));
}

Api::Outcome Api::show_metrics(const Call&) const {
  return HttpResponse{200,
                      "text/plain; version=0.0.4; charset=utf-8",
                      std::make_shared<const std::string>(health_.metrics()),
                      {}};
}

Api::Outcome Api::show_demo_accounts(const Call& call) const {
  if (!options_.demo_secret) {
    return refused({RefusalCode::not_found, "The server was not started with --demo."}, call.now);
  }
  const auto fill = [&](JsonWriter& data) {
    data.array("accounts", [&] {
      for (const auto& account : options_.demo_accounts) {
        data.element([&] {
          data.field("name", account.name);
          data.field("email", account.email);
          data.field("username", account.username);
          data.array("roles", [&] {
            for (const auto role : account.roles) data.element(name_of(role));
          });
          data.field("token",
                     sign_hs256(*options_.demo_secret, account.email, call.now + demo_token_life));
        });
      }
    });
  };
  return respond(success(200, "Accounts to try things out with.", call.now, fill));
}

Api::Outcome Api::show_rules(const Call& call) const {
  const auto& rules = options_.rules;
  const auto seconds = [](std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
  };
  return respond(success(200, "What bookings go by.", call.now, [&](JsonWriter& data) {
    data.field("driver_response_time", seconds(rules.driver_response_time));
    data.field("customer_waiting_time", seconds(rules.customer_waiting_time));
    data.field("max_attempts", rules.max_attempts);
  }));
}

/// Who asks. With a cookie, which browsers send along wherever a request comes from, all that may
/// change something has to come from an allowed origin (PROTOCOL.md, Tokens and accounts).
std::expected<Identity, Refusal> Api::identify(const HttpRequest& request, Side side,
                                               Instant now) const {
  const auto token = token_of(request, takes_cookie(side));
  const bool only_reads =
      !request.is_upgrade && (request.method == "GET" || request.method == "HEAD");
  if (token.is_of_cookie && !only_reads && !options_.origins.allow(request.origin, request.host)) {
    return refuse(RefusalCode::foreign_origin, "With a cookie, this origin may not do that.");
  }
  if (token.text.empty()) return refuse(RefusalCode::unauthorized, "A token is needed.");
  if (auto identity = tokens_.verify(token.text, now)) return std::move(*identity);
  return refuse(RefusalCode::invalid_token, "The token is not valid, or no longer.");
}

std::optional<Refusal> Api::objection_to_admin(std::string_view token) const {
  if (!options_.admin_token) {
    return Refusal{RefusalCode::forbidden, "The admin API is off: HANSOM_ADMIN_TOKEN is not set."};
  }
  if (token.empty()) return Refusal{RefusalCode::unauthorized, "The admin's token is needed."};
  if (!same_secret(token, *options_.admin_token)) {
    return Refusal{RefusalCode::invalid_token, "This is not the admin's token."};
  }
  return std::nullopt;
}

Refusal server_busy() {
  return {RefusalCode::server_busy, "The server has too much to do; try again."};
}

HttpResponse respond(Answer answer) { return {answer.status, "application/json", answer.body, {}}; }

HttpResponse refused(const Refusal& refusal, Instant now) {
  auto response = respond(failure(refusal, now));
  response.refused = refusal.code;
  return response;
}

}  // namespace hansom::net
