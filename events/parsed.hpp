#pragma once

#include <optional>
#include <utility>

namespace hansom {

/// Takes over what was made of a text, where something was; says whether.
template <typename T>
bool take(std::optional<T>&& parsed, T& value) {
  if (!parsed) return false;
  value = std::move(*parsed);
  return true;
}

}  // namespace hansom
