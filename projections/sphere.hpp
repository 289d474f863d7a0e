#pragma once

#include "events/booking_events.hpp"

namespace hansom {

/// A place on the earth as a point on the unit sphere in space: of two points the nearer one has
/// the shorter chord (the straight line through the earth), and neither the date line nor the poles
/// are special.
struct SpherePoint {
  double x = 0;
  double y = 0;
  double z = 0;
};

SpherePoint on_sphere(Coordinates at);

/// The square of a chord with these sides, from 0 to 4. Rounding never makes it smaller when a side
/// becomes longer.
inline double chord_squared(double dx, double dy, double dz) {
  return dz * dz + (dy * dy + dx * dx);
}

inline double chord_squared(const SpherePoint& a, const SpherePoint& b) {
  return chord_squared(a.x - b.x, a.y - b.y, a.z - b.z);
}

/// The way over the ground between two points with this chord, squared. It grows with the chord,
/// but chords that are almost equal may have the same distance.
double distance_m(double chord_squared);

}  // namespace hansom
