// Bytes on an HTTP connection: read by Beast as the server has it, and turned into an answer or a
// command.

#include "net/api.hpp"
#include "net/dialects/slug.hpp"
#include "net/http_message.hpp"
#include "net/limits.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/support/story.hpp"

#include <rapidjson/document.h>

#include <array>
#include <string>
#include <variant>

namespace hansom::net {
namespace {

using fuzz::must;
using fuzz::must_be_text;

/// Good tokens are `alice` and `bob`; each names its email.
struct TwoTokens final : TokenVerifier {
  std::optional<Identity> verify(std::string_view token, Instant) const override {
    if (token != "alice" && token != "bob") return std::nullopt;
    return Identity{std::string(token) + "@example.com", std::nullopt, std::nullopt};
  }
};

constexpr std::string_view admin = "the-admin";

const Api& api() {
  static const TwoTokens tokens;
  static const Api api(
      {std::string(admin), "secret", {}, Origins("https://rides.example", {"https://app.example"})},
      tokens, {[] { return true; }, [] { return std::string("metric 1\n"); }});
  return api;
}

/// Who may ask for what, said once more: a caller has shown a good token, and with a cookie has
/// come from a page that may ask.
void must_be_good(const Identity& identity, const HttpRequest& request) {
  const auto email = identity.email.value_or("");
  must(email == "alice@example.com" || email == "bob@example.com", "a caller has a good token");
  const auto token = email.substr(0, email.find('@'));
  const bool is_said = request.authorization.ends_with(token) ||
                       request.target.find("token=") != std::string_view::npos;
  const bool only_reads = request.method == "GET" || request.method == "HEAD";
  must(is_said || request.cookie.find(token) != std::string::npos, "a token was shown");
  must(is_said || (only_reads && !request.is_upgrade) || request.origin.size() >= 19,
       "with a cookie, changes come from an allowed origin");
}

/// What PROTOCOL.md says of the fields of what is asked over HTTP.
struct Check {
  const HttpRequest& request;

  static void is_place(const Place& place) {
    must_be_text(place.title, "a title is a text");
    must_be_text(place.address, "an address is a text");
    must_be_text(place.map_id, "a map id is a text");
    must(std::abs(place.at.latitude) <= 90 && std::abs(place.at.longitude) <= 180,
         "a position is on Earth");
  }
  static void is_account(const std::optional<std::string>& email,
                         const std::optional<std::string>& name,
                         const std::optional<std::string>& phone,
                         const std::optional<std::string>& username) {
    if (email) must_be_text(*email, 3, 256, "an email has at most 256 characters");
    if (name) must_be_text(*name, 1, 256, "a name has at most 256 characters");
    if (phone) must_be_text(*phone, 1, 15, "a phone number has at most 15 digits");
    if (username) must(is_slug(*username), "a username is a slug");
  }

  void operator()(const RequestBooking& command) const {
    must(command.no_of_passengers >= 1 && command.no_of_passengers <= 8, "1 to 8 passengers");
    if (command.note) must_be_text(*command.note, 0, 512, "a note has up to 512 characters");
    is_place(command.pickup);
    must(!command.drop_offs.empty(), "there is one drop-off or more");
    for (const auto& place : command.drop_offs) is_place(place);
    if (const auto& key = command.idempotency_key) {
      must_be_text(key->key, 1, 255, "a key has up to 255 characters");
    }
    if (const auto& device = command.device) {
      must_be_text(device->device_id, 1, 256, "a device id has up to 256 characters");
      if (device->device_model) must_be_text(*device->device_model, 1, 256, "so has its model");
    }
  }
  void operator()(const CancelRideByDriver& command) const {
    if (command.reason.template_id) {
      must_be_text(*command.reason.template_id, "a template id is a text");
    } else {
      must_be_text(command.reason.description, 1, 512, "a reason has 1 to 512 characters");
    }
  }
  void operator()(const ListBookings& command) const {
    must(command.limit >= 1 && command.limit <= 100, "a page has 1 to 100 entries");
  }
  void operator()(const ListRoomMessages& command) const {
    must(command.limit >= 1 && command.limit <= 100, "a page has 1 to 100 entries");
  }
  void operator()(const AddOwnTemplate& command) const {
    must_be_text(command.text, 1, 512, "a template has 1 to 512 characters");
  }
  void operator()(const AddAdminTemplate& command) const {
    must_be_text(command.text, 1, 512, "a template has 1 to 512 characters");
  }
  void operator()(const OpenRoom& command) const {
    must_be_text(command.name, 1, 256, "a name has at most 256 characters");
    must(is_slug(command.slug), "a slug has its form");
  }
  void operator()(const AddParticipant& command) const {
    must_be_text(command.username, "a username is a text");
  }
  void operator()(const RegisterAccount& command) const {
    const auto& account = command.account;
    is_account(account.email, account.name, account.phone, account.username);
    must(!account.roles.empty() && account.roles.size() <= 3, "an account has a role");
  }
  void operator()(const ChangeAccount& command) const {
    const auto& changes = command.changes;
    is_account(changes.email, changes.name, changes.phone, changes.username.value_or(std::nullopt));
  }
  void operator()(const MalformedRequest& command) const {
    must(command.refusal.code == RefusalCode::invalid_json ||
             command.refusal.code == RefusalCode::invalid_payload,
         "what can't be read has a documented code");
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

void must_be_good(const Command& command, const HttpRequest& request) {
  std::visit(
      [&]<typename Alternative>(const Alternative& alternative) {
        must(comes_over_http<Alternative>, "only what comes over HTTP is asked there");
        if constexpr (is_of_admin<Alternative>) {
          must(bearer_of(request.authorization) == admin, "the admin has shown the admin's token");
        }
        if constexpr (has_caller<Alternative>) must_be_good(alternative.caller.identity, request);
      },
      command);
  std::visit(Check{request}, command);
}

void must_be_good(const Question& question, const HttpRequest& request) {
  must(bearer_of(request.authorization) == admin, "the admin has shown the admin's token");
  if (const auto* list = std::get_if<NewestBookings>(&question)) {
    must(list->limit >= 1 && list->limit <= 100, "a page has 1 to 100 entries");
  }
}

/// An answer can be sent as it is; a refusal has the documents' envelope.
void must_be_answer(const HttpResponse& response) {
  must(response.status >= 200 && response.status <= 599, "a status is one");
  for (const auto& [name, value] : response.headers) {
    must(name.find_first_of("\r\n: ") == name.npos && !name.empty(), "a header's name is one");
    must(value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos,
         "nothing can be slipped into a header");
  }
  if (!response.refused) return;
  rapidjson::Document json;
  const auto& body = *std::get<Frame>(response.body);
  json.Parse<rapidjson::kParseValidateEncodingFlag>(body.data(), body.size());
  must(json.IsObject(), "a refusal is a JSON object");
  const auto says = [](const rapidjson::Value& value, std::string_view text) {
    return value.IsString() && text == value.GetString();
  };
  must(json["meta"]["code"].GetInt() == response.status, "a refusal says its status");
  must(says(json["meta"]["status"], "error") && json["data"].IsNull(), "a refusal has no data");
  must(says(json["code"], to_string(*response.refused)), "a refusal says its code");
}

void ask(const Request& message, bool is_followed) {
  const auto request = view_of(message);
  api().awaits_keys(request, [] {});
  for (const auto& [name, value] : api().cors_headers(request.origin)) {
    must(value.find_first_of("\r\n") == value.npos, "nothing can be slipped into a header");
  }
  if (!request.is_upgrade) {
    const auto outcome = api().handle(request, noon);
    if (const auto* command = std::get_if<Command>(&outcome)) {
      must_be_good(*command, request);
    } else if (const auto* response = std::get_if<HttpResponse>(&outcome)) {
      must_be_answer(*response);
    } else {
      must_be_good(std::get<Question>(outcome), request);
    }
    return;
  }
  if (is_board(path_of(request.target))) {
    if (const auto objection = api().objection_to_watching(request, noon)) {
      return must_be_answer(*objection);
    }
    return must(request.authorization.ends_with(admin) ||
                    request.target.find("token=") != std::string_view::npos,
                "who watches has shown the admin's token");
  }
  const auto asked = api().upgrade(request, noon);
  const auto side = side_of_sockets(path_of(request.target));
  must(!asked || side == asked->side, "a socket is on its path's side");
  if (!asked) return must_be_answer(asked.error());
  if (const auto objection = objection_to_handshake(message, is_followed)) {
    return must_be_answer(refused(*objection, noon));
  }
  if (!asked->connect) return;
  must(asks_for_socket(*asked->connect), "an upgrade asks for a socket");
  std::visit(
      [&]<typename Alternative>(const Alternative& command) {
        if constexpr (has_caller<Alternative>) must_be_good(command.caller.identity, request);
        if constexpr (requires { command.device_id; }) {
          must_be_good(command.identity, request);
          if (command.device_id) must_be_text(*command.device_id, 1, 256, "a device id is a text");
        }
      },
      *asked->connect);
}

/// Reads requests as `HttpConnection` does, until one can't be read or the bytes are used up.
void serve(std::string_view bytes) {
  while (!bytes.empty()) {
    RequestParser parser;
    parser.header_limit(request_head_bytes_max);
    parser.body_limit(request_body_bytes_max);
    boost::beast::error_code error;
    parser.eager(true);
    while (!bytes.empty() && !parser.is_done()) {
      const auto taken = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
      bytes.remove_prefix(taken);
      if (error || taken == 0) break;
    }
    if (error || !parser.is_header_done()) return;
    if (const auto objection = objection_to_head(parser)) {
      return must_be_answer(refused(*objection, noon));
    }
    if (!parser.is_done() && !is_upgrade(parser.get())) return;
    const auto request = parser.release();
    ask(request, !bytes.empty());
    if (!request.keep_alive()) return;
  }
}

}  // namespace
}  // namespace hansom::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hansom::net::serve(hansom::fuzz::text_of(data, size));
  return 0;
}
