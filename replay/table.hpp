#pragma once

#include "replay/console.hpp"

#include <string>
#include <vector>

namespace hansom::replay {

/// Rows of cells, the first row their headings. Columns are as wide as they have to be; the first
/// one is set to the left, the others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}

  /// REQUIRES: as many cells as there are headings.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  void print(Console& console) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace hansom::replay
