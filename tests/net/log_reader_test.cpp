#include "net/log_reader.hpp"

#include "net/limits.hpp"
#include "tests/support/logs.hpp"

#include <catch2/catch.hpp>

#include <future>

using namespace hansom;
using namespace hansom::net;

namespace {

const NewestBookings newest{1, std::nullopt};

/// A reader of a log, which is held while it hands over its first answer.
struct Held {
  TempFolder folder;
  std::unique_ptr<RocksDbLog> log = *RocksDbLog::open(folder.path());
  LogReader reader{*log, folder.path(), "http://hansom.example"};
  std::promise<unsigned> arrived;  // with its status
  std::promise<void> released;

  Held() {
    REQUIRE(reader.ask(newest, [this](HttpResponse response) {
      arrived.set_value(response.status);
      released.get_future().wait();
    }));
    CHECK(arrived.get_future().get() == 200);
  }
};

}  // namespace

TEST_CASE("so many questions may wait for the log, and one more is refused") {
  Held held;
  std::promise<void> answered;
  std::size_t answers = 0;
  std::size_t good = 0;
  for (std::size_t i = 0; i < questions_waiting_max; ++i) {
    REQUIRE(held.reader.ask(newest, [&](HttpResponse response) {
      good += response.status == 200;
      if (++answers == questions_waiting_max) answered.set_value();
    }));
  }
  CHECK_FALSE(held.reader.ask(newest, [](HttpResponse) { FAIL("was refused"); }));
  held.released.set_value();
  answered.get_future().wait();
  CHECK(good == questions_waiting_max);
}

TEST_CASE("a reader that stops finishes what is under way, and refuses what waits") {
  Held held;
  int busy = 0;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(
        held.reader.ask(newest, [&](HttpResponse response) { busy += response.status == 503; }));
  }
  auto stopped = std::async(std::launch::async, [&] { held.reader.stop(); });
  // It takes nothing more once it stops.
  while (held.reader.ask(newest, [&](HttpResponse response) { busy += response.status == 503; })) {
    std::this_thread::yield();
  }
  held.released.set_value();
  stopped.get();
  CHECK(busy >= 3);
  CHECK_FALSE(held.reader.ask(newest, [](HttpResponse) { FAIL("it has stopped"); }));
}
