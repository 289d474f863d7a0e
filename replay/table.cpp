#include "replay/table.hpp"

#include <algorithm>
#include <string_view>

namespace hansom::replay {
namespace {

/// In characters of UTF-8, each taken for one column.
std::size_t width_of(std::string_view cell) {
  return static_cast<std::size_t>(std::ranges::count_if(
      cell, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

void Table::print(Console& console) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (std::size_t number = 0; number < rows_.size(); ++number) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const auto& cell = rows_[number][i];
      const std::string padding(widths[i] - width_of(cell), ' ');
      line += i == 0 ? cell + padding : "  " + padding + cell;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    console.out << console.painted(number == 0 ? Colour::bold : Colour::none, line) << '\n';
  }
}

}  // namespace hansom::replay
