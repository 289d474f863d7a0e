#include "net/net_thread.hpp"

#include "net/limits.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <string>

namespace hansom::net {
namespace {

using namespace std::chrono_literals;

/// Notes what it is asked for.
class Recorder final : public Peer {
 public:
  explicit Recorder(std::function<void(const std::string&)> note) : note_(std::move(note)) {}

  void take(Output output) override { note_("take " + *std::get<Frame>(output.what)); }
  void flush() override { note_("flush"); }
  void keep_up(std::chrono::steady_clock::time_point) override {}
  void go_away() override { note_("go away"); }

 private:
  std::function<void(const std::string&)> note_;
};

/// A net thread whose work is done on this one, by `run`.
struct Bench {
  NetThread thread{0, 1h};
  std::vector<std::string> notes;

  PeerId add(const std::string& name) {
    const auto id = thread.new_id();
    thread.add(id, std::make_shared<Recorder>([this, name](const std::string& what) {
                 notes.push_back(name + ": " + what);
               }));
    return id;
  }

  std::vector<std::string> run() {
    thread.context().restart();
    thread.context().poll();
    return std::exchange(notes, {});
  }
};

Output frame(PeerId to, const std::string& text) {
  return {to, std::make_shared<const std::string>(text)};
}

using Notes = std::vector<std::string>;

}  // namespace

TEST_CASE("what gathers for a net thread is taken in order, and each peer sends it once",
          "[net_thread]") {
  Bench bench;
  const auto a = bench.add("a");
  const auto gone = bench.add("gone");
  bench.thread.post({frame(a, "1"), frame(gone, "1")});
  bench.thread.post({frame(a, "2")});
  bench.thread.remove(gone);
  CHECK(bench.run() == Notes{"a: take 1", "a: take 2", "a: flush"});
  bench.thread.post({frame(a, "3")});
  CHECK(bench.run() == Notes{"a: take 3", "a: flush"});
}

TEST_CASE("what is said to many lets others have their turn between", "[net_thread]") {
  Bench bench;
  const auto all = 2 * peers_flushed_max + 1;
  Outbox outbox;
  for (std::size_t i = 0; i < all; ++i) outbox.push_back(frame(bench.add("peer"), "news"));
  bench.thread.post(std::move(outbox));
  boost::asio::post(bench.thread.context(), [&] { bench.notes.push_back("others"); });
  const auto notes = bench.run();
  Notes expected(all, "peer: take news");
  expected.insert(expected.end(), peers_flushed_max, "peer: flush");
  expected.push_back("others");
  expected.insert(expected.end(), all - peers_flushed_max, "peer: flush");
  CHECK(notes == expected);
}

TEST_CASE("what was said before a drain is sent, though its peers are told to go and do",
          "[net_thread]") {
  Bench bench;
  const auto all = peers_flushed_max + 1;
  std::vector<PeerId> ids;
  Outbox outbox;
  for (std::size_t i = 0; i < all; ++i) {
    ids.push_back(bench.add("peer"));
    outbox.push_back(frame(ids.back(), "bye"));
  }
  bench.thread.post(std::move(outbox));
  bench.thread.drain();
  boost::asio::post(bench.thread.context(), [&] {
    for (const auto id : ids) bench.thread.remove(id);
  });
  const auto notes = bench.run();
  CHECK(std::ranges::count(notes, "peer: flush") == static_cast<std::ptrdiff_t>(all));
  CHECK(std::ranges::count(notes, "peer: go away") == static_cast<std::ptrdiff_t>(all));
  // Who comes now goes with them.
  bench.add("late");
  CHECK(bench.notes == Notes{"late: go away"});
}

TEST_CASE("a drained net thread ends once nobody is left", "[net_thread]") {
  NetThread thread(3, 1h);
  thread.start();
  const auto id = thread.new_id();
  CHECK(NetThread::index_of(id) == 3);
  boost::asio::post(thread.context(), [&] {
    thread.add(id, std::make_shared<Recorder>([&](const std::string& what) {
                 if (what == "go away") thread.remove(id);
               }));
    thread.drain();
  });
  thread.join();
  CHECK(thread.peer_count() == 0);
}

}  // namespace hansom::net
