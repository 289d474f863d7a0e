// WebSockets that are asked for.

#include "net/api.hpp"
#include "net/dialects/taxi/booking_requests.hpp"

namespace hansom::net {
namespace {

/// Where sockets are: what stands for `{..}` is handed to the dialect.
struct SocketPath {
  Side side;
  std::string_view path;
};

constexpr SocketPath socket_paths[] = {
    {Side::driver, "/ws/driver"},
    {Side::customer, "/ws/customer"},
    {Side::campus_driver, "/driver/{user_id}"},
    {Side::passenger, "/passenger/{user_id}"},
    {Side::participant, "/ws/chat/{username}/{room}"},
    {Side::participant, "/ws/chat/{username}/{room}/"},
};

/// Where an admin watches; nobody's side.
constexpr std::string_view board_path = "/ws/admin/board";

Command connect(Side side, const HttpRequest& request, std::vector<std::string> parts,
                Identity identity) {
  switch (side) {
    case Side::driver:
    case Side::customer:
      break;
    case Side::campus_driver:
    case Side::passenger:
      return ConnectToCampus{{side, std::move(identity)}, std::move(parts.at(0))};
    case Side::participant:
      return EnterRoom{{side, std::move(identity)}, std::move(parts.at(0)), std::move(parts.at(1))};
  }
  Connect command{side, std::move(identity), std::nullopt};
  if (const auto device =
          taxi::read_device(query_parameter(request.target, "device_id").value_or(""), {})) {
    command.device_id = device->device_id;
  }
  return command;
}

}  // namespace

std::optional<Side> side_of_sockets(std::string_view path) {
  for (const auto& each : socket_paths) {
    if (match(each.path, path)) return each.side;
  }
  return std::nullopt;
}

bool is_board(std::string_view path) { return path == board_path; }

/// Browsers can't send headers with an upgrade, so the token may stand in the query as it does for
/// all sockets.
std::optional<HttpResponse> Api::objection_to_watching(const HttpRequest& request,
                                                       Instant now) const {
  const auto objection = objection_to_admin(token_of(request, false).text);
  if (!objection) return std::nullopt;
  return refused(*objection, now);
}

std::expected<SocketRequest, HttpResponse> Api::upgrade(const HttpRequest& request,
                                                        Instant now) const {
  for (const auto& [side, pattern] : socket_paths) {
    auto parts = match(pattern, path_of(request.target));
    if (!parts) continue;
    auto identity = identify(request, side, now);
    if (identity) {
      return SocketRequest{side, connect(side, request, std::move(*parts), std::move(*identity))};
    }
    const bool is_taxi = side == Side::driver || side == Side::customer;
    if (!is_taxi) return std::unexpected(refused(identity.error(), now));
    return SocketRequest{side, std::unexpected(identity.error())};
  }
  return std::unexpected(
      refused({RefusalCode::not_found, "There is no WebSocket at this path."}, now));
}

}  // namespace hansom::net
