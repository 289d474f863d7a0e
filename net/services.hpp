#pragma once

#include "engine/renderer.hpp"
#include "net/api.hpp"
#include "net/board_watch.hpp"
#include "net/config.hpp"
#include "net/log_reader.hpp"
#include "net/socket_census.hpp"
#include "net/telemetry.hpp"
#include "net/zone.hpp"

namespace hansom::net {

/// What every connection needs; all outlive it.
struct Services {
  const Config& config;
  const Api& api;
  const Renderer& renderer;
  Zone& zone;
  LogReader& log_reader;
  BoardWatch& board_watch;
  Telemetry& telemetry;
  SocketCensus& census;
};

}  // namespace hansom::net
