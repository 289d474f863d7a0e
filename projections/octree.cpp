#include "projections/octree.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace hansom {
namespace {

/// A cell with more entries is divided, unless it is one step of the grid; one with no more than
/// half of them is united again, so that a point at a border does not divide and unite in turn.
constexpr std::uint32_t entries_max = 32;

/// The cube's side, from -1 to 1, is 2^22 steps: one is 3 m.
constexpr std::uint32_t root_level = 22;
constexpr double steps_per_unit = 1u << (root_level - 1);

/// Where a number of steps lies on its axis, exactly.
double on_axis(std::uint32_t steps) { return steps / steps_per_unit - 1; }

/// Longer than all chords, which are no longer than 2.
constexpr double beyond_all_chords = std::numeric_limits<double>::infinity();

/// A lambda, as a pointer to a function would cost a call for each comparison.
constexpr auto farther = [](const auto& a, const auto& b) {
  return a.chord_squared > b.chord_squared;
};

}  // namespace

Octree::Octree() { make_cell(no_cell, {}); }

void Octree::put(Item item, const SpherePoint& point) {
  if (item >= items_.size()) items_.resize(item + 1);
  const auto& now = items_[item];
  const auto at = grid_point(point);
  if (now.cell == no_cell) {
    add(root, {point, item});
  } else if (contains(cells_[now.cell], at)) {
    cells_[now.cell].entries[now.index].point = point;
  } else {
    add(take(item, at), {point, item});
  }
}

void Octree::erase(Item item) {
  assert(item < items_.size() && items_[item].cell != no_cell);
  take(item, std::nullopt);
  items_[item].cell = no_cell;
}

Octree::GridPoint Octree::grid_point(const SpherePoint& point) {
  // Scaling by a power of two and rounding down are exact, so a point never lies outside its cell.
  const auto steps = [](double on_axis) {
    const auto from_middle = static_cast<std::int32_t>(std::floor(on_axis * steps_per_unit));
    const auto steps = static_cast<std::uint32_t>(from_middle + (1 << (root_level - 1)));
    return std::min(steps, (1u << root_level) - 1);  // a cell has its upper border, too
  };
  return {steps(point.x), steps(point.y), steps(point.z)};
}

bool Octree::contains(const Cell& cell, const GridPoint& at) {
  const auto differs = [&](int axis) { return (cell.corner[axis] ^ at[axis]) >> cell.level; };
  return (differs(0) | differs(1) | differs(2)) == 0;
}

Octree::CellNumber Octree::make_cell(CellNumber parent, const GridPoint& corner) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<CellNumber>(cells_.size()));
    cells_.emplace_back();
  }
  const auto number = unused_.back();
  unused_.pop_back();
  auto& cell = cells_[number];
  cell.corner = corner;
  cell.level = parent == no_cell ? root_level : cells_[parent].level - 1;
  cell.count = 0;
  cell.parent = parent;
  cell.divided = false;
  cell.parts.fill(no_cell);
  return number;
}

/// Which of eight parts of this level a point lies in: bit 0 is set in the upper half of x, bit 1
/// of y, bit 2 of z.
std::uint32_t Octree::part_index(const GridPoint& at, std::uint32_t level) {
  const auto upper_half = [&](int axis) { return (at[axis] >> level) & 1; };
  return upper_half(0) | upper_half(1) << 1 | upper_half(2) << 2;
}

/// The part of a divided cell in which a point lies.
Octree::CellNumber Octree::part_at(CellNumber cell, const GridPoint& at) {
  const auto level = cells_[cell].level - 1;
  const auto part = part_index(at, level);
  if (const auto found = cells_[cell].parts[part]; found != no_cell) return found;
  const auto border = [&](int axis) { return at[axis] >> level << level; };
  const auto made = make_cell(cell, {border(0), border(1), border(2)});
  cells_[cell].parts[part] = made;
  return made;
}

/// Adds to a cell or, if it is divided, to the right part of it.
void Octree::add(CellNumber cell, const Entry& entry) {
  const auto at = grid_point(entry.point);
  ++cells_[cell].count;
  while (cells_[cell].divided) {
    cell = part_at(cell, at);
    ++cells_[cell].count;
  }
  append(cell, entry);
  if (cells_[cell].count > entries_max && cells_[cell].level > 0) divide(cell);
}

void Octree::append(CellNumber cell, const Entry& entry) {
  auto& entries = cells_[cell].entries;
  items_[entry.item] = {cell, static_cast<std::uint32_t>(entries.size())};
  entries.push_back(entry);
}

/// Takes an item out of its cell and of those around it, up to the first in which the next place
/// lies, too; the result is that cell, or the root.
Octree::CellNumber Octree::take(Item item, const std::optional<GridPoint>& next) {
  const auto [leaf, index] = items_[item];
  auto& entries = cells_[leaf].entries;
  entries[index] = entries.back();
  items_[entries[index].item].index = index;
  entries.pop_back();

  auto cell = leaf;
  auto sparse = no_cell;  // the largest cell not worth its parts any more
  for (;; cell = cells_[cell].parent) {
    auto& around = cells_[cell];
    --around.count;
    if (around.divided && around.count <= entries_max / 2) sparse = cell;
    if (cell == root || (next && contains(around, *next))) break;
    if (around.count == 0) drop(cell);
  }
  if (sparse != no_cell) unite(sparse);
  return cell;
}

/// Makes an end of a cell in which nothing is left, and which so has no parts.
void Octree::drop(CellNumber cell) {
  const auto& empty = cells_[cell];
  cells_[empty.parent].parts[part_index(empty.corner, empty.level)] = no_cell;
  unused_.push_back(cell);
}

void Octree::divide(CellNumber cell) {
  const auto entries = std::exchange(cells_[cell].entries, {});
  cells_[cell].divided = true;
  cells_[cell].count = 0;
  for (const auto& entry : entries) add(cell, entry);
}

void Octree::unite(CellNumber cell) {
  move_entries(cell, cell);
  cells_[cell].divided = false;
  cells_[cell].parts.fill(no_cell);
}

/// Moves all entries of a divided cell's parts into another cell, and drops the parts.
void Octree::move_entries(CellNumber from, CellNumber to) {
  const auto parts = cells_[from].parts;
  for (const auto part : parts) {
    if (part == no_cell) continue;
    if (cells_[part].divided) move_entries(part, to);
    for (const auto& entry : cells_[part].entries) append(to, entry);
    cells_[part].entries.clear();
    unused_.push_back(part);
  }
}

Octree::Nearest::Nearest(const Octree& tree, const SpherePoint& from) : tree_(tree), from_(from) {
  cells_.reserve(64);  // what the first few of many usually take
  items_.reserve(128);
  const auto at = grid_point(from);
  const auto part_there = [&] {
    const auto& cell = tree_.cells_[around_];
    return cell.divided ? cell.parts[part_index(at, cell.level - 1)] : no_cell;
  };
  for (auto part = part_there(); part != no_cell; part = part_there()) around_ = part;
  open(around_, no_cell);
  outside_ = chord_squared_outside(tree_.cells_[around_]);
}

std::optional<Octree::Neighbour> Octree::Nearest::next() {
  for (;;) {
    const double told_next = items_.empty() ? beyond_all_chords : items_.front().chord_squared;
    const double inside = cells_.empty() ? beyond_all_chords : cells_.front().chord_squared;
    if (told_next <= std::min(inside, outside_)) break;
    if (inside <= outside_) {
      open(pop(cells_).number, no_cell);
    } else {
      widen();
    }
  }
  if (items_.empty()) return std::nullopt;
  const auto nearest = pop(items_);
  return Neighbour{nearest.number, nearest.chord_squared};
}

/// Goes on to the cell around the one in which all is opened or waits to be.
void Octree::Nearest::widen() {
  const auto inner = std::exchange(around_, tree_.cells_[around_].parent);
  open(around_, inner);
  outside_ = chord_squared_outside(tree_.cells_[around_]);
}

void Octree::Nearest::push(Heap& heap, const Pending& pending) {
  heap.push_back(pending);
  std::push_heap(heap.begin(), heap.end(), farther);
}

Octree::Nearest::Pending Octree::Nearest::pop(Heap& heap) {
  std::pop_heap(heap.begin(), heap.end(), farther);
  const auto nearest = heap.back();
  heap.pop_back();
  return nearest;
}

/// Lists what is in a cell, except for one part of it.
void Octree::Nearest::open(CellNumber number, CellNumber except) {
  const auto& cell = tree_.cells_[number];
  for (const auto& entry : cell.entries) {
    push(items_, {hansom::chord_squared(entry.point, from_), entry.item});
  }
  if (!cell.divided) return;
  for (std::uint32_t index = 0; index < cell.parts.size(); ++index) {
    if (cell.parts[index] == no_cell || cell.parts[index] == except) continue;
    push(cells_, {chord_squared_at_least(cell, index), cell.parts[index]});
  }
}

/// How far all points in a part of a cell are, at least. What is in memory of that part is not
/// looked at, as it may be slow to come.
double Octree::Nearest::chord_squared_at_least(const Cell& cell, std::uint32_t part) const {
  const auto side = 1u << (cell.level - 1);
  const auto outside = [&](int axis, double from) {
    const auto corner = cell.corner[axis] + (part >> axis & 1) * side;
    const double low = on_axis(corner);
    const double high = on_axis(corner + side);
    return std::max(std::max(low - from, from - high), 0.0);
  };
  return hansom::chord_squared(outside(0, from_.x), outside(1, from_.y), outside(2, from_.z));
}

/// How far all points outside a cell around the place asked for are, at least.
double Octree::Nearest::chord_squared_outside(const Cell& cell) const {
  if (cell.parent == no_cell) return beyond_all_chords;
  const auto to_border = [&](int axis, double from) {
    const double low = on_axis(cell.corner[axis]);
    const double high = on_axis(cell.corner[axis] + (1u << cell.level));
    return std::min(from - low, high - from);
  };
  const double nearest =
      std::min(std::min(to_border(0, from_.x), to_border(1, from_.y)), to_border(2, from_.z));
  return nearest * nearest;
}

}  // namespace hansom
