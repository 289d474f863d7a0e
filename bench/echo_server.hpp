#pragma once

namespace hansom::bench {

/// The baseline of the modes that talk to a server: a WebSocket server on one thread that sends
/// back each message as it came, and does nothing else. It listens on a port of 127.0.0.1 that the
/// system picks, says so as `hansom` does, and serves until the process is ended.
[[noreturn]] void serve_echoes();

}  // namespace hansom::bench
