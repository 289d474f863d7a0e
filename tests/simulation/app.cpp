#include "tests/simulation/app.hpp"

#include "tests/simulation/violation.hpp"

#include <algorithm>

namespace hansom::simulation {

namespace {

constexpr std::size_t remembered_max = 6;

}  // namespace

void remember(std::deque<std::string>& recent, const std::string& what) {
  if (std::ranges::find(recent, what) != recent.end()) return;
  recent.push_back(what);
  if (recent.size() > remembered_max) recent.pop_front();
}

std::string member(const net::Json& json, const char* name) {
  return net::string_member(json, name).value_or("");
}

net::JsonDocument parsed(const std::string& text) {
  auto json = net::read_json(text);
  if (!json || !json->IsObject()) throw Violation("no JSON object: " + text);
  return std::move(*json);
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

bool same_data(const std::string& body, const Answer& expected) {
  return parsed(body)["data"] == parsed(*expected.body)["data"];
}

void App::tick() {
  world_.after(world_.between(20ms, manners_.is_idle ? 1s : 3s), [this] {
    do_something();
    tick();
  });
}

/// Something to say that nobody else says, as a JSON string.
std::string App::words(const char* what) {
  return quoted(what + (" " + std::to_string(world_.chance.below(1'000'000))));
}

void App::request(std::string method, std::string target, std::string body, Heard heard) {
  world_.request({std::move(method), std::move(target), world_.token_of(account_), std::move(body)},
                 std::move(heard));
}

void App::fail(const std::string& what, const std::string& frame) const {
  const auto who = std::ranges::find(cast(), account_, [](const auto& each) { return each.first; });
  throw Violation(who->second.name + " (" + std::to_string(static_cast<int>(side_)) + "): " + what +
                  (frame.empty() ? "" : ": " + frame));
}

}  // namespace hansom::simulation
