#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <functional>

namespace hansom {

/// A hash map that keeps its values side by side: half the time of `std::unordered_map` once there
/// are many. No reference into it outlives a change.
template <typename Key, typename Value>
using FlatMap = boost::unordered_flat_map<Key, Value, std::hash<Key>>;

}  // namespace hansom
