// A booking request that is sent again with its key (PROTOCOL.md, Admin and mobile endpoints).

#include "engine/loop.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

using Fault = MemoryLog::Fault;

struct Keyed : Stage {
  Keyed() {
    outbox_seen = [this](const Outbox& outbox) {
      for (const auto& [to, what] : outbox) {
        if (const auto* answer = std::get_if<Answer>(&what)) answers[to] = *answer->body;
      }
    };
  }

  static RequestBooking keyed(AccountId customer, const std::string& key,
                              const std::string& digest = "d") {
    auto request = request_of(customer);
    request.idempotency_key = IdempotencyKey{key, digest};
    return request;
  }
  /// The whole answer.
  std::string ask(const RequestBooking& request) {
    const auto peer = new_peer();
    send(peer, request);
    turn();
    return answers.at(peer);
  }
  static std::string code_of(const std::string& answer) {
    return text_member(net::read_json(answer).value(), "code");
  }
  std::size_t bookings() const { return loop->projections().bookings.size(); }

  PeerId driver = connect(Side::driver, bob);
  std::map<PeerId, std::string> answers;
};

}  // namespace

TEST_CASE("a request that is sent again has the first answer, to the letter", "[loop]") {
  Keyed stage;
  const auto request = Keyed::keyed(alice, "k");
  const auto first = stage.ask(request);
  CHECK(Keyed::code_of(first) == "CREATED");
  CHECK(stage.heard_by(stage.driver) == Words{"booking_assigned"});
  const auto end = stage.memory.end();
  stage.now += 5s;
  CHECK(stage.ask(request) == first);
  stage.now += 1s;
  stage.restart();
  CHECK(stage.ask(request) == first);
  CHECK(stage.memory.end() == end);
  CHECK(stage.heard_by(stage.driver).empty());
}

TEST_CASE("the first answer comes again however the booking went on", "[loop]") {
  Keyed stage;
  const auto request = Keyed::keyed(alice, "k");
  const auto first = stage.ask(request);
  const auto next = stage.connect(Side::driver, dana);
  stage.wait(30s);  // dana is asked
  CHECK(stage.heard_by(next) == Words{"booking_assigned"});
  CHECK(stage.ask(request) == first);
  stage.wait(30s);  // nobody is left
  CHECK(stage.bookings() == 0);
  CHECK(stage.ask(request) == first);
}

TEST_CASE("an answer that names no driver comes again, though there is one now", "[loop]") {
  Keyed stage;
  stage.act(stage.driver, Disconnect{});
  const auto request = Keyed::keyed(alice, "k");
  const auto first = stage.ask(request);
  CHECK(net::read_json(first).value()["data"]["driver_id"].IsNull());
  const auto driver = stage.connect(Side::driver, bob);
  CHECK(stage.ask(request) == first);
  CHECK(stage.heard_by(driver).empty());
}

TEST_CASE("two requests with one key in one turn are one booking", "[loop]") {
  Keyed stage;
  const auto one = stage.new_peer();
  const auto other = stage.new_peer();
  stage.send(one, Keyed::keyed(alice, "k"));
  stage.send(other, Keyed::keyed(alice, "k"));
  stage.turn();
  CHECK(stage.bookings() == 1);
  CHECK(stage.answers.at(one) == stage.answers.at(other));
  CHECK(stage.heard_by(stage.driver) == Words{"booking_assigned"});
  stage.check_state();
}

TEST_CASE("a key with another body is refused, and makes no booking", "[loop]") {
  Keyed stage;
  stage.ask(Keyed::keyed(alice, "k", "one"));
  const auto answer = stage.ask(Keyed::keyed(alice, "k", "other"));
  CHECK(Keyed::code_of(answer) == "IDEMPOTENCY_KEY_REUSED");
  CHECK(net::read_json(answer).value()["meta"]["code"].GetInt() == 409);
  CHECK(stage.bookings() == 1);
}

TEST_CASE("keys of two customers are two keys", "[loop]") {
  Keyed stage;
  stage.ask(Keyed::keyed(alice, "k", "one"));
  CHECK(Keyed::code_of(stage.ask(Keyed::keyed(carol, "k", "other"))) == "CREATED");
  CHECK(stage.bookings() == 2);
}

TEST_CASE("requests without a key are a booking each", "[loop]") {
  Keyed stage;
  stage.ask(Stage::request_of(alice));
  stage.ask(Stage::request_of(alice));
  CHECK(stage.bookings() == 2);
}

TEST_CASE("after 24 hours a key makes a booking again", "[loop]") {
  Keyed stage;
  const auto request = Keyed::keyed(alice, "k");
  const auto first = stage.ask(request);
  stage.now = noon + 24h - 1us;
  CHECK(stage.ask(request) == first);
  stage.now = noon + 24h;
  const auto second = stage.ask(request);
  CHECK(Keyed::code_of(second) == "CREATED");
  CHECK(second != first);
  stage.now += 1h;
  CHECK(stage.ask(request) == second);
  stage.check_state();
}

TEST_CASE("a request that was refused does not use up its key", "[loop]") {
  Keyed stage;
  auto request = Keyed::keyed(alice, "k");
  request.scheduled_for = noon;
  CHECK(Keyed::code_of(stage.ask(request)) == "INVALID_PAYLOAD");
  request.scheduled_for = noon + 1h;
  request.idempotency_key->request_digest = "other";
  CHECK(Keyed::code_of(stage.ask(request)) == "CREATED");
}

TEST_CASE("a key whose booking was lost with the log's failure is free, and else it is used",
          "[loop]") {
  const auto [fault, bookings] =
      GENERATE(table<Fault, std::size_t>({{Fault::lost, 0}, {Fault::written, 1}}));
  Keyed stage;
  stage.memory.fail_next_append(fault);
  const auto request = Keyed::keyed(alice, "k");
  CHECK(Keyed::code_of(stage.ask(request)) == "LOG_UNAVAILABLE");
  CHECK(stage.bookings() == bookings);
  stage.now += 1s;
  CHECK(Keyed::code_of(stage.ask(request)) == "CREATED");
  CHECK(stage.bookings() == 1);
  stage.check_state();
}

TEST_CASE("who is blocked does not have the first answer again", "[loop]") {
  Keyed stage;
  const auto request = Keyed::keyed(alice, "k");
  stage.ask(request);
  ChangeAccount block{to_string(alice), {}};
  block.changes.status = AccountStatus::blocked;
  stage.act(stage.new_peer(), block);
  CHECK(Keyed::code_of(stage.ask(request)) == "ACCOUNT_BLOCKED");
}

}  // namespace hansom
