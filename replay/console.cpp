#include "replay/console.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace hansom::replay {
namespace {

volatile std::sig_atomic_t interrupt_came = 0;

constexpr std::string_view escape_of(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::dim:
      return "\033[2m";
    case Colour::red:
      return "\033[31m";
    case Colour::green:
      return "\033[32m";
    case Colour::yellow:
      return "\033[33m";
    case Colour::blue:
      return "\033[34m";
    case Colour::bold:
      return "\033[1m";
  }
  return "";
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

/// no-color.org: set and not empty.
bool colours_unwanted() {
  const char* value = std::getenv("NO_COLOR");
  return value && *value;
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
  if (whole < 60) return std::to_string(whole) + " s";
  return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

}  // namespace

Console Console::standard() {
  const bool out_is_terminal = is_terminal(STDOUT_FILENO);
  return {std::cout, std::cerr, out_is_terminal && !colours_unwanted(), is_terminal(STDERR_FILENO),
          out_is_terminal};
}

std::string Console::painted(Colour colour, std::string_view text) const {
  if (!colours_ || colour == Colour::none) return std::string(text);
  return std::string(escape_of(colour)) + std::string(text) + "\033[0m";
}

Progress::Progress(Console& console, std::string what, std::uint64_t total)
    : console_(console), what_(std::move(what)), total_(total), shown_at_(began_) {}

Progress::~Progress() {
  if (shown_) console_.err << "\r\033[K" << std::flush;
}

void Progress::reached(std::uint64_t done) {
  constexpr std::chrono::milliseconds show_interval{200};
  if (!console_.shows_progress()) return;
  const auto now = Clock::now();
  if (now - shown_at_ < show_interval) return;
  shown_at_ = now;
  shown_ = true;
  const double elapsed_s = std::chrono::duration<double>(now - began_).count();
  const double per_s = static_cast<double>(done) / elapsed_s;
  console_.err << "\r\033[K" << what_ << ": " << grouped(done)
               << (total_ > 0 ? " of " + grouped(total_) : "") << ", "
               << grouped(static_cast<std::uint64_t>(per_s)) << "/s";
  if (done > 0 && done < total_) {
    console_.err << ", " << duration(static_cast<double>(total_ - done) / per_s) << " left";
  }
  console_.err << std::flush;
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupt_came = 1; };
  action.sa_flags = SA_RESETHAND;  // a second one ends the process after all
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
}

bool interrupted() { return interrupt_came != 0; }

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
    text.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return text;
}

}  // namespace hansom::replay
