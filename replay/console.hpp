#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace hansom::replay {

enum class Colour { none, dim, red, green, yellow, blue, bold };

/// Where a command writes to: results to standard output, progress to standard error.
class Console {
 public:
  /// The process's own. Colours are for a terminal, and not where NO_COLOR is set.
  static Console standard();

  Console(std::ostream& out, std::ostream& err, bool colours, bool shows_progress,
          bool out_is_terminal = false)
      : out(out),
        err(err),
        out_is_terminal(out_is_terminal),
        colours_(colours),
        shows_progress_(shows_progress) {}

  std::string painted(Colour colour, std::string_view text) const;
  bool shows_progress() const { return shows_progress_; }

  std::ostream& out;
  std::ostream& err;
  const bool out_is_terminal;

  /// The same, for results that come while there would be progress.
  Console without_progress() const { return {out, err, colours_, false, out_is_terminal}; }

 private:
  const bool colours_;
  const bool shows_progress_;
};

/// How far long work has come: done, rate, time left, on one line that is gone at the end. Shown on
/// a terminal only.
class Progress {
 public:
  /// `total` is 0 where it is not known.
  Progress(Console& console, std::string what, std::uint64_t total = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void reached(std::uint64_t done);

 private:
  using Clock = std::chrono::steady_clock;

  Console& console_;
  const std::string what_;
  const std::uint64_t total_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point shown_at_;
  bool shown_ = false;
};

/// From here on SIGINT, SIGTERM and SIGHUP do not end the process, but are to be asked for.
void catch_interrupts();
/// Whether the user wants the work to end.
bool interrupted();

/// A number with its thousands set apart, as `1,234,567`.
std::string grouped(std::uint64_t number);

}  // namespace hansom::replay
