#pragma once

#include <string>
#include <vector>

namespace hansom::bench {

enum class Scale {
  linear,
  logarithmic,  ///< what is 0 or below is not drawn
  categories,   ///< words, or numbers as if they were, side by side
};

/// A range of numbers, rounded outwards to its ticks, onto a range of pixels.
class Axis {
 public:
  /// From the lowest to the highest value; a linear axis always has 0.
  /// REQUIRES: `lowest` is not above `highest`; on a logarithmic axis it is above 0.
  Axis(Scale scale, double lowest, double highest);

  /// Between 0 and 1 along the axis.
  double at(double value) const;
  /// Where lines and numbers are put, ascending; two at least.
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  Scale scale_;
  std::vector<double> ticks_;
};

/// A tick's number: as few digits as it has, thousands set apart.
std::string tick_text(double value);

/// Sets thousands apart by a space, in what stands before the decimal point.
std::string thousands_apart(std::string number);

}  // namespace hansom::bench
