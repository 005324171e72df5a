#include "heed/model/layers/detail/resize_grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace heed {
namespace {

/// The four cells beside a place on one axis, and how much of each it takes.
struct Taps {
  std::array<Index, 4> cells{};
  std::array<double, 4> shares{};
};

/// Keys's kernel at distances up to 1, and from there to 2; 0 beyond.
double near(double distance) { return (1.25 * distance - 2.25) * distance * distance + 1; }
double far(double distance) { return ((-0.75 * distance + 3.75) * distance - 6) * distance + 3; }

std::vector<Taps> taps_of(Index from, Index to) {
  std::vector<Taps> taps(static_cast<std::size_t>(to));
  for (Index i = 0; i < to; ++i) {
    const double place = (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
    const double before = std::floor(place);
    const double fraction = place - before;
    Taps& each = taps[static_cast<std::size_t>(i)];
    each.shares = {far(1 + fraction), near(fraction), near(1 - fraction), far(2 - fraction)};
    for (Index tap = 0; tap < 4; ++tap)
      each.cells[static_cast<std::size_t>(tap)] = std::clamp(static_cast<Index>(before) - 1 + tap, Index{0}, from - 1);
  }
  return taps;
}

void check(const char* name, const MatrixView<const float>& cells, GridSize size) {
  require(size.rows > 0 && size.columns > 0,
          {"the grid ", name, " is of ", size.rows, " × ", size.columns, " cells; it must not be empty"});
  const Index count = checked_product("a grid", {size.rows, size.columns});
  require(cells.rows == count, {"the grid ", name, " of ", size.rows, " × ", size.columns, " cells has ", cells.rows});
}

}  // namespace

void resize_grid(const MatrixView<const float>& from, GridSize from_size, const MatrixView<float>& to,
                 GridSize to_size) {
  check("to resize", from, from_size);
  check("to fill", to, to_size);
  require(from.columns == to.columns, {"cells have ", from.columns, " numbers but those to fill ", to.columns});
  const std::vector<Taps> down = taps_of(from_size.rows, to_size.rows);
  const std::vector<Taps> across = taps_of(from_size.columns, to_size.columns);
  std::vector<double> cell(static_cast<std::size_t>(to.columns));
  for (Index i = 0; i < to.rows; ++i) {
    const Taps& vertical = down[static_cast<std::size_t>(i / to_size.columns)];
    const Taps& horizontal = across[static_cast<std::size_t>(i % to_size.columns)];
    std::ranges::fill(cell, 0.0);
    for (std::size_t y = 0; y < 4; ++y)
      for (std::size_t x = 0; x < 4; ++x) {
        const double share = vertical.shares[y] * horizontal.shares[x];
        const float* const numbers = from.row(vertical.cells[y] * from_size.columns + horizontal.cells[x]);
        for (std::size_t c = 0; c < cell.size(); ++c) cell[c] += share * static_cast<double>(numbers[c]);
      }
    std::ranges::transform(cell, to.row(i), [](double number) { return static_cast<float>(number); });
  }
}

}  // namespace heed
