#include "projections/sphere.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hansom {
namespace {

constexpr double earth_radius_m = 6'371'008.8;  // mean radius, IUGG

}  // namespace

SpherePoint on_sphere(Coordinates at) {
  const double latitude = at.latitude * std::numbers::pi / 180;
  const double longitude = at.longitude * std::numbers::pi / 180;
  return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
          std::sin(latitude)};
}

double distance_m(double chord_squared) {
  const double half_chord = std::sqrt(chord_squared) / 2;
  return 2 * earth_radius_m * std::asin(std::min(1.0, half_chord));
}

}  // namespace hansom
