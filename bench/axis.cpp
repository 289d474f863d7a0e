#include "bench/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hansom::bench {
namespace {

constexpr int linear_ticks = 5;     // about so many
constexpr double fine_decades = 3;  // up to so many there are ticks at 1, 2 and 5
constexpr std::array steps{1., 2., 5., 10.};

std::vector<double> linear(double lowest, double highest) {
  const double span = highest > lowest ? highest - lowest : 1;
  const double size = std::pow(10, std::floor(std::log10(span / linear_ticks)));
  const double step = size * *std::ranges::find_if(
                                 steps, [&](double s) { return s * size * linear_ticks >= span; });
  std::vector<double> ticks;
  // Multiplied anew each time, so that no error adds up.
  for (double i = std::floor(lowest / step); ticks.size() < 2 || ticks.back() < highest; ++i) {
    ticks.push_back(i * step);
  }
  return ticks;
}

/// The last of 1, 2, 5 times a power of ten that is not above, or with `fine` false of those
/// powers.
double down_to_tick(double value, bool fine) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  if (fine && value >= 5 * decade) return 5 * decade;
  if (fine && value >= 2 * decade) return 2 * decade;
  return decade;
}

double next_tick(double tick, bool fine) {
  const double decade = std::pow(10, std::floor(std::log10(tick) + 1e-9));
  const double first = tick / decade;
  if (!fine || first > 4) return decade * 10;
  return first > 1.5 ? decade * 5 : decade * 2;
}

std::vector<double> logarithmic(double lowest, double highest) {
  const bool fine = std::log10(highest / lowest) <= fine_decades;
  std::vector<double> ticks{down_to_tick(lowest, fine)};
  while (ticks.size() < 2 || ticks.back() < highest) ticks.push_back(next_tick(ticks.back(), fine));
  return ticks;
}

}  // namespace

Axis::Axis(Scale scale, double lowest, double highest)
    : scale_(scale),
      ticks_(scale == Scale::logarithmic ? logarithmic(lowest, highest)
                                         : linear(std::min(0., lowest), std::max(0., highest))) {}

double Axis::at(double value) const {
  const double first = ticks_.front(), last = ticks_.back();
  if (scale_ == Scale::logarithmic) return std::log(value / first) / std::log(last / first);
  return (value - first) / (last - first);
}

std::string tick_text(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return thousands_apart(text.data());
}

std::string thousands_apart(std::string number) {
  const auto point = std::min(number.find_first_of(".e"), number.size());
  const std::ptrdiff_t digits_from = number.starts_with('-') ? 1 : 0;
  for (auto i = static_cast<std::ptrdiff_t>(point) - 3; i > digits_from; i -= 3) {
    number.insert(static_cast<std::size_t>(i), 1, ' ');
  }
  return number;
}

}  // namespace hansom::bench
