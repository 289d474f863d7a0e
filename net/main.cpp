// Wires the parts together: net threads first, then in the order in which data flows: log, zone,
// API.

#include "events/rocksdb_log.hpp"
#include "net/board.hpp"
#include "net/board_watch.hpp"
#include "net/checkpointer.hpp"
#include "net/config.hpp"
#include "net/demo.hpp"
#include "net/dialects/public_url.hpp"
#include "net/dialects/wire_renderer.hpp"
#include "net/log_reader.hpp"
#include "net/server.hpp"
#include "net/tokens/firebase.hpp"
#include "net/tokens/hs256.hpp"
#include "net/tokens/key_download.hpp"
#include "net/tokens/key_ring.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <sys/resource.h>

namespace hansom::net {
namespace {

int fail(const std::string& message) {
  std::cerr << "hansom: " << message << std::endl;
  return 1;
}

void set_up_diary() {
  auto diary = spdlog::stderr_color_mt("hansom");
  diary->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(diary));
}

bool is_wildcard(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

/// Adds the verifier of Firebase's tokens, as configured; the result is the keys that it uses,
/// if any.
std::unique_ptr<KeyRing> accept_firebase(TokenVerifiers& tokens, const Config& config) {
  if (!config.firebase_project_id) return nullptr;
  if (config.firebase_emulator_host) {
    spdlog::warn(
        "FIREBASE_AUTH_EMULATOR_HOST is set: unsigned tokens are accepted, so anybody can be "
        "anyone; for development only");
    tokens.add(std::make_unique<FirebaseEmulatorVerifier>(*config.firebase_project_id));
    return nullptr;
  }
  auto keys = std::make_unique<KeyRing>(std::make_unique<KeyDownload>(config.firebase_keys_url));
  tokens.add(std::make_unique<FirebaseVerifier>(*config.firebase_project_id, *keys));
  return keys;
}

/// Whatever this thread starts from now on has a processor when the threads that run already, and
/// want it too, leave some of it (a tenth each, where they never sleep).
void yield_to_net_threads() {
  constexpr int nicer = 10, nicest = 19;
  // On Linux these are of this thread, and inherited by those that it starts.
  const int niceness = getpriority(PRIO_PROCESS, 0);
  if (setpriority(PRIO_PROCESS, 0, std::min(niceness + nicer, nicest)) != 0 || niceness == nicest) {
    spdlog::warn(
        "the engine's priority can't be lowered: under overload SERVER_BUSY may come late");
  }
}

int serve(Config config) {
  // The net threads come first, so that more commands than can be decided do not keep the server
  // from hearing, and refusing, what is too much.
  auto server = std::make_unique<Server>(config);
  yield_to_net_threads();

  auto log = RocksDbLog::open(config.data_dir);
  if (!log) return fail(log.error().message);
  if (const auto noted = note_public_url(config.data_dir, public_url(config)); !noted)
    return fail(noted.error());

  TokenVerifiers tokens;
  Api::Options options{config.admin_token, std::nullopt, {}, origins(config), config.rules};
  if (config.jwt_secret) tokens.add(std::make_unique<Hs256Verifier>(*config.jwt_secret));
  const auto firebase_keys = accept_firebase(tokens, config);
  if (config.demo) {
    const auto secret = demo_secret(config.data_dir);
    if (!secret) return fail(secret.error());
    tokens.add(std::make_unique<Hs256Verifier>(*secret));
    options.demo_secret = *secret;
    options.demo_accounts = demo_accounts();
  }

  if (!config.public_url && is_wildcard(config.listen_address)) {
    spdlog::warn(
        "HANSOM_PUBLIC_URL is not set: links will begin with {}, where no app gets through",
        public_url(config));
  }

  Board board(system_now());
  Telemetry telemetry(board, **log);
  TimedLog timed_log(**log, telemetry);
  const WireRenderer renderer(public_url(config));
  Position checkpointed;
  Zone zone(timed_log, config.rules, renderer, telemetry, [&] {
    auto checkpoint = usable_checkpoint(config.data_dir);
    if (checkpoint) checkpointed = checkpoint->at.position;
    return checkpoint;
  });
  if (const auto started = zone.start(); !started) return fail(started.error().message);
  const Checkpointer checkpointer(timed_log, config.data_dir, config.checkpoint_events,
                                  checkpointed);
  telemetry.started(zone.projections().end);
  board.start(zone.projections().bookings, zone.projections().end);
  if (config.demo) {
    for (auto& account : missing_demo_accounts([&](const std::string& email) {
           return zone.projections().accounts.find_email(email) != nullptr;
         })) {
      zone.submit({PeerId{}, std::move(account)});
    }
  }

  const Api api(std::move(options), tokens,
                {[&] { return zone.serving(); },
                 [&] { return telemetry.text(zone.queued(), zone.serving()); }});
  BoardWatch board_watch(board, [&](Outbox outbox) { server->deliver(std::move(outbox)); });
  LogReader log_reader(timed_log, config.data_dir, public_url(config));
  SocketCensus census(config.max_sockets_per_address);
  if (const auto listening = server->listen(config); !listening) return fail(listening.error());

  boost::asio::io_context signals;
  boost::asio::signal_set stop(signals, SIGINT, SIGTERM);
  stop.async_wait([](const boost::system::error_code&, int) {});

  zone.run([&](Outbox outbox) { server->deliver(std::move(outbox)); });
  server->start({config, api, renderer, zone, log_reader, board_watch, telemetry, census});
  std::cout << "listening on " << server->url() << std::endl;
  signals.run();

  // Drain: take nothing new, finish what was accepted, then let everybody go.
  server->stop_accepting();
  zone.stop();
  log_reader.stop();
  board_watch.stop();
  server->drain();
  if (firebase_keys) firebase_keys->stop();  // from here on nobody may be told of keys
  server.reset();  // with the peers that are left, before what they use goes
  return 0;
}

}  // namespace
}  // namespace hansom::net

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  auto config = hansom::net::read_config(argc, argv);
  if (!config) {
    (config.error().exit_code == 0 ? std::cout : std::cerr) << config.error().text << std::flush;
    return config.error().exit_code;
  }
  hansom::net::set_up_diary();
  return hansom::net::serve(std::move(*config));
}
