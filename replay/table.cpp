#include "replay/table.hpp"

#include <algorithm>

namespace hansom::replay {

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      if (i == 0) {
        out << row[i] << (row.size() > 1 ? padding : "");
      } else {
        out << "  " << padding << row[i];
      }
    }
    out << '\n';
  }
}

}  // namespace hansom::replay
