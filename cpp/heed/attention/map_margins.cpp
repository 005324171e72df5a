#include "heed/attention/map_margins.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "heed/tensor/sizes.h"

namespace heed {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

void check(const KnownCells& cells) {
  require(cells.keys >= 0 && cells.block >= 1, {"there are ", cells.keys, " keys in blocks of ", cells.block,
                                                "; there must be at least 0 in blocks of at least 1"});
  const Index queries = cells.entropy.shape.length;
  const Shape per_cell{1, 1, blocks_of(queries, cells.block), blocks_of(cells.keys, cells.block)};
  for (const auto& [tensor, expected] :
       {std::pair{&cells.entropy, Shape{1, 1, queries, 1}}, {&cells.sum, per_cell}, {&cells.known, per_cell}}) {
    require(tensor->shape == expected, {"cells of ", queries, " queries and ", cells.keys, " keys have a tensor ",
                                        tensor->shape, "; expected ", expected});
    (void)TensorView<float>(*tensor);  // as many values as its shape says
  }
}

/// What one key of a column receives; 0 / 0, which is NaN, where nothing is known.
double received_by(const KnownCells& cells, Index column) {
  const auto [batch, heads, rows, columns] = cells.sum.shape;
  double sum = 0, known = 0;
  for (Index row = 0; row < rows; ++row) {
    const auto at = static_cast<std::size_t>(row * columns + column);
    if (!(cells.known.data[at] > 0)) continue;
    sum += static_cast<double>(cells.sum.data[at]);
    known += static_cast<double>(cells.known.data[at]);
  }
  const Index keys = std::min(cells.block, cells.keys - column * cells.block);
  const auto queries = static_cast<double>(cells.entropy.shape.length);
  return sum / known * queries / static_cast<double>(keys);
}

/// The share that one query of a row gives; NaN where nothing is known.
double given_by(const KnownCells& cells, Index row) {
  const Index columns = cells.sum.shape.dim;
  double given = 0;
  bool is_known = false;
  for (Index column = 0; column < columns; ++column) {
    const auto at = static_cast<std::size_t>(row * columns + column);
    if (!(cells.known.data[at] > 0)) continue;
    is_known = true;
    given += static_cast<double>(cells.sum.data[at]) / static_cast<double>(cells.known.data[at]);
  }
  return is_known ? given : kUnknown;
}

}  // namespace

MapMargins map_margins(const KnownCells& cells) {
  check(cells);
  const auto [batch, heads, rows, columns] = cells.sum.shape;
  const Shape per_row{1, 1, rows, 1};
  MapMargins margins{Tensor<float>({1, 1, 1, columns}, "what keys receive"), Tensor<float>(per_row),
                     Tensor<float>(per_row), Tensor<float>(per_row)};
  for (Index column = 0; column < columns; ++column)
    margins.received.data[static_cast<std::size_t>(column)] = static_cast<float>(received_by(cells, column));
  for (Index row = 0; row < rows; ++row) {
    const auto at = static_cast<std::size_t>(row);
    margins.given.data[at] = static_cast<float>(given_by(cells, row));
    float least = kUnknown, most = kUnknown;
    const Index first = row * cells.block;
    const Index end = first + std::min(cells.block, cells.entropy.shape.length - first);
    for (Index query = first; query < end; ++query) {
      const float nats = cells.entropy.data[static_cast<std::size_t>(query)];
      // Of a number and NaN, the number.
      least = std::fmin(least, nats);
      most = std::fmax(most, nats);
    }
    margins.least_entropy.data[at] = least;
    margins.most_entropy.data[at] = most;
  }
  return margins;
}

}  // namespace heed
