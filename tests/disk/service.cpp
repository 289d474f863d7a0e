#include "tests/disk/service.hpp"

namespace hansom {

void Witness::hear(App& app, const std::string& frame) {
  const auto json = net::read_json(frame).value();
  app.last = frame;
  ++app.answers;
  if (text_member(json, "code") == "LOG_UNAVAILABLE") {
    ++app.unavailable;
    if (!failed_at) failed_at = disk_.steps();
  }
  const auto seq = net::number_member(json, "seq", 1, 1e15);
  if (!seq) return;
  const auto position = static_cast<std::uint64_t>(*seq);
  shown.push_back({disk_.steps(), {position}});
  const auto [there, is_new] = app.pushes.emplace(position, frame);
  if (!is_new && there->second != frame) app.broken.push_back(there->second + " became " + frame);
}

void Witness::release(Outbox outbox) {
  const std::lock_guard lock(mutex);
  for (const auto& [to, what] : outbox) {
    auto& app = apps_[to];
    if (const auto* frame = std::get_if<Frame>(&what)) hear(app, **frame);
    if (const auto* answer = std::get_if<Answer>(&what)) hear(app, *answer->body);
    if (const auto* burst = std::get_if<Burst>(&what)) {
      for (const auto& each : burst->frames) hear(app, *each);
      app.waits_for_drained |= burst->report_drained;
    }
    if (std::holds_alternative<Close>(what)) app.broken.push_back("was closed");
  }
}

void Witness::appended(std::span<const Envelope> events) {
  const std::lock_guard lock(mutex);
  for (const auto& each : events) acknowledged[each.position] = each;
  shown.push_back({disk_.steps(), events.back().position});
}

void Witness::log_failed(const LogError& error) {
  const std::lock_guard lock(mutex);
  failures.push_back(error.message);
}

Service::Service(FaultyDisk& disk, const fs::path& folder, bool hands_over)
    : disk_(disk),
      folder_(folder),
      hands_over_(hands_over),
      witness_(std::make_unique<Witness>(disk)) {
  rules_.driver_response_time = rules_.customer_waiting_time = 24h;
  open();
  Story story;
  story.register_cast();
  while (log_->end() == Position{}) {
    if (log_->append({}, story.events())) break;
    if (!log_->reopen()) ++failed_openings_;
  }
  begin_ = log_->end();
  loop_.emplace(*log_, rules_, renderer_, *witness_, *witness_,
                [this] { return uuid(++last_id_); });
  REQUIRE(loop_->start(now_));
  connect(driver, Side::driver, bob);
  connect(customer, Side::customer, alice);
  // One booking is in progress all the time, so that the customer's socket stays open.
  do {
    request(true);
    finish();
  } while (text_member(net::read_json(witness_->app(*asking_).last).value(), "code") != "CREATED");
}

/// A disk that fails is no damage: the next try finds the log in order.
void Service::open() {
  while (!log_) {
    auto opened = RocksDbLog::open(folder_, RocksDbLog::Durability::synced, restless);
    if (opened) {
      log_ = std::move(*opened);
    } else {
      INFO(opened.error().message);
      REQUIRE(opened.error().kind == LogError::Kind::unavailable);
      REQUIRE(++failed_openings_ < 1'000);
    }
  }
}

void Service::connect(PeerId peer, Side side, AccountId account) {
  turn({{peer, Connect{side, Stage::identity_of(account), std::nullopt}}});
}

void Service::turn(std::vector<Submitted> commands) {
  now_ += 1100ms;  // so that a log that failed is tried again
  const bool may_be_in_flight = hands_over_ && last_id_ % 5 != 0;
  loop_->turn(std::move(commands), now_, may_be_in_flight ? turns_in_flight_max : 0);
}

void Service::finish() {
  loop_->finish(now_);
  // What failed was taken back, and the log reopened once: the next try is a turn's.
  for (int i = 0; i < 100 && !loop_->serving(); ++i) turn({});
}

void Service::request(bool for_later) {
  asking_ = PeerId{++last_peer_};
  auto request = Stage::request_of(alice);
  request.scheduled_for = for_later ? std::optional(noon + 24h * 365) : std::nullopt;
  request.idempotency_key = IdempotencyKey{"ride " + std::to_string(key_), std::string(64, 'a')};
  turn({{*asking_, request}});
}

/// Rides from the request to the end, with a few words on the way. An answer may come later, or
/// none but that the log can't be written: the app asks again, with the same key.
void Service::operate(std::size_t number) {
  const auto chat = SendChatMessage{booking_, "message " + std::to_string(number)};
  switch (number % 10) {
    case 0: {
      ++key_;
      request();
      break;
    }
    case 1:
      if (booking_.empty()) return request();
      turn({{driver, SubmitArrivalTime{booking_, 300}}});
      break;
    case 2:
      turn({{driver, SubmitArrivalTime{booking_, 300}}});
      break;
    case 3:
      turn({{customer, AcceptOffer{booking_}}, {driver, UpdateLocation{home.at}}});
      break;
    case 5:
      turn({{customer, chat}, {driver, chat}});
      break;
    case 8:
      turn({{customer, Resync{booking_}}});
      break;
    case 9:
      turn({{driver, CompleteRide{booking_}}});
      break;
    default:
      turn({{number % 2 ? customer : driver, chat}});
  }
}

void Service::run(std::size_t operations) {
  const auto heard_before_all = answers();
  for (std::size_t number = 0; number < operations; ++number) {
    const auto heard = answers();
    if (number % 10 == 0) booking_.clear();
    operate(number);
    if (!hands_over_) REQUIRE(answers() > heard);  // nobody is left without a word
    if (number % 10 <= 1 && asking_) {
      if (hands_over_) finish();
      const std::lock_guard lock(witness_->mutex);
      const auto json = net::read_json(witness_->app(*asking_).last);
      if (json && text_member(*json, "code") != "LOG_UNAVAILABLE") {
        booking_ = text_member((*json)["data"], "booking_id");
      }
    }
  }
  finish();
  REQUIRE(answers() >= heard_before_all + operations);
}

std::size_t Service::answers() {
  const std::lock_guard lock(witness_->mutex);
  std::size_t all = 0;
  for (std::uint64_t peer = 1; peer <= last_peer_; ++peer) {
    all += witness_->app(PeerId{peer}).answers;
  }
  return all;
}

void Service::catch_up(PeerId peer, Position since) {
  turn({{peer, Resync{std::nullopt, since}}});
  finish();
  for (int parts = 0; parts < 1'000; ++parts) {
    {
      const std::lock_guard lock(witness_->mutex);
      if (!std::exchange(witness_->app(peer).waits_for_drained, false)) return;
    }
    turn({{peer, Drained{}}});
    finish();
  }
}

void Service::settle() {
  finish();
  REQUIRE(loop_->serving());
  for (const auto peer : {driver, customer}) {
    const auto told = [&] {
      const std::lock_guard lock(witness_->mutex);
      return witness_->app(peer).pushes;
    };
    const auto before = told();
    catch_up(peer, begin_);
    // Whatever there was came by itself: what was acknowledged, and what turned out to be there.
    CHECK(told() == before);
    CHECK(witness_->app(peer).broken == std::vector<std::string>{});
  }
}

}  // namespace hansom
