#pragma once

#include "projections/sphere.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hansom {

/// Which points of the unit sphere are nearest to another: a bucket octree. The cube around the
/// sphere is a cell. A cell with many points is divided into eight, and these again, until a cell
/// has few or is as small as a parking space; so there are small cells where points are dense, and
/// nearly none where nobody is.
///
/// To move a point within its cell is one store, and costs the same however many there are. The
/// nearest are looked for in the smallest cell around the place asked for, then in the cells around
/// that one, as far as something nearer may be there.
class Octree {
  struct Cell;
  using CellNumber = std::uint32_t;
  static constexpr CellNumber root = 0;
  static constexpr CellNumber no_cell = ~CellNumber{0};

 public:
  /// Points are told apart by numbers. Memory follows the largest one.
  using Item = std::uint32_t;

  struct Neighbour {
    Item item = 0;
    double chord_squared = 0;  ///< to the place asked for
  };

  Octree();

  /// Puts the item at this point, wherever it was before.
  void put(Item item, const SpherePoint& point);
  /// Takes the item out. REQUIRES: it was put.
  void erase(Item item);

  std::size_t size() const { return cells_.front().count; }

  /// Goes through all items, nearest first, and looks no farther than asked. The tree must stay as
  /// it is meanwhile.
  class Nearest {
   public:
    Nearest(const Octree& tree, const SpherePoint& from);
    /// The next one, equally far or farther; nothing when there are no more.
    std::optional<Neighbour> next();

   private:
    /// A cell or an item, and how far it is; of a cell, how far a point in it is at least.
    struct Pending {
      double chord_squared;
      std::uint32_t number;
    };
    using Heap = std::vector<Pending>;  // with the nearest in front

    static void push(Heap& heap, const Pending& pending);
    static Pending pop(Heap& heap);
    void open(CellNumber cell, CellNumber except);
    void widen();
    double chord_squared_at_least(const Cell& cell, std::uint32_t part) const;
    double chord_squared_outside(const Cell& cell) const;

    const Octree& tree_;
    const SpherePoint from_;
    Heap cells_;                // not opened yet
    Heap items_;                // of opened cells, not told yet
    CellNumber around_ = root;  // all that is in this cell is in the heaps, or told
    double outside_;            // the chord to all else, squared, is as long as this at least
  };

 private:
  /// Counts steps of the finest grid from the cube's corner, along each axis.
  using GridPoint = std::array<std::uint32_t, 3>;

  struct Entry {
    SpherePoint point;
    Item item;
  };

  struct Cell {
    GridPoint corner{};       // the lowest in it
    std::uint32_t level = 0;  // 2^level steps of the grid a side
    std::uint32_t count = 0;  // items in it, and in its parts
    CellNumber parent = no_cell;
    bool divided = false;
    std::array<CellNumber, 8> parts{};  // of a divided cell, made when there is something in it
    std::vector<Entry> entries;         // of one that is not
  };

  struct Whereabouts {
    CellNumber cell = no_cell;
    std::uint32_t index = 0;  // among the cell's entries
  };

  static GridPoint grid_point(const SpherePoint& point);
  static bool contains(const Cell& cell, const GridPoint& at);
  static std::uint32_t part_index(const GridPoint& at, std::uint32_t level);

  CellNumber make_cell(CellNumber parent, const GridPoint& corner);
  CellNumber part_at(CellNumber cell, const GridPoint& at);
  void add(CellNumber cell, const Entry& entry);
  void append(CellNumber cell, const Entry& entry);
  CellNumber take(Item item, const std::optional<GridPoint>& next);
  void drop(CellNumber cell);
  void divide(CellNumber cell);
  void unite(CellNumber cell);
  void move_entries(CellNumber from, CellNumber to);

  std::vector<Cell> cells_;         // the root first
  std::vector<CellNumber> unused_;  // of cells_
  std::vector<Whereabouts> items_;
};

}  // namespace hansom
