#include "bench/server_api.hpp"

#include "bench/server_process.hpp"
#include "bench/wire_format.hpp"
#include "net/tokens/hs256.hpp"

#include <chrono>

namespace hansom::bench {
namespace {

constexpr int created = 201;

std::string email_of(const std::string& name) { return name + "@bench.invalid"; }

std::string create(const Caller& caller, const std::string& target, const std::string& token,
                   const std::string& body) {
  return caller.sockets.call(caller.socket, post_head(target, token) + with_length(body), created);
}

}  // namespace

std::string token_of(const std::string& name) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return net::sign_hs256(server_jwt_secret, email_of(name), now + std::chrono::hours(24));
}

std::string post_head(const std::string& target, const std::string& token) {
  return "POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token +
         "\r\nContent-Type: application/json\r\nContent-Length: ";
}

std::string with_length(const std::string& body) {
  return std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string create_account(const Caller& caller, const std::string& name,
                           const std::string& roles) {
  const auto body = R"({"email":")" + email_of(name) + R"(","name":"Somebody","username":")" +
                    name + R"(","roles":)" + roles + R"(,"phone":"211234567","phone_code":"NZ"})";
  const auto answer = create(caller, "/api/admin/accounts", server_admin_token, body);
  return std::string(string_member(answer, "id"));
}

std::string create_room(const Caller& caller, const std::vector<std::string>& names) {
  const auto host = token_of(names.front());
  create(caller, "/api/rooms", host, R"({"name":"Fan-out","slug":"fanout"})");
  const auto where = names.front() + "/fanout/";
  for (std::size_t i = 1; i < names.size(); ++i) {
    create(caller, "/api/rooms/" + where + "participants", host,
           R"({"username":")" + names[i] + R"("})");
  }
  return "/ws/chat/" + where;
}

}  // namespace hansom::bench
