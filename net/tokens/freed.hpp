#pragma once

namespace hansom::net {

/// Lets a smart pointer free what a C library made, by that library's function.
template <auto free>
struct Freed {
  void operator()(auto* thing) const { free(thing); }
};

}  // namespace hansom::net
