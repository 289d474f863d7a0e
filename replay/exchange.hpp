#pragma once

#include "events/high_water_mark.hpp"

#include <optional>
#include <string>
#include <string_view>

// The form of an export: an event a line, just as the log has it. Behind the events of each record
// stands
//
//   {"record":{"position":12,"hash":"<64 hexadecimal digits>"}}
//
// with the record's last position and its hash, so that an import makes the same records; and at
// the end the same once more under "end", so that one that was cut off is known.

namespace hansom::replay {

constexpr std::string_view end_of_record = "record";
constexpr std::string_view end_of_export = "end";

/// A line of this name, with its end.
std::string mark_line(std::string_view name, const HighWaterMark& mark);

/// What a line of this name says; nothing for another line.
std::optional<HighWaterMark> read_mark_line(std::string_view name, const std::string& line);

}  // namespace hansom::replay
