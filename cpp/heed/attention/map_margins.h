#pragma once

#include "heed/tensor/tensor.h"

namespace heed {

/// Cells of a part of an attention matrix, as `attention_map` makes them, as far as they are known: of some of each cell's queries.
struct KnownCells {
  Tensor<float> sum;      ///< (1, 1, rows, columns): the weights of the queries that are known, added up
  Tensor<float> known;    ///< (1, 1, rows, columns): how many queries those are; the sum of none is not read
  Tensor<float> entropy;  ///< (1, 1, queries, 1), of the queries of all rows, in nats; NaN where it is not known
  Index keys = 0;         ///< keys of all columns
  Index block = 1;        ///< queries and keys along the sides of a cell, fewer at the far edges
};

/// What rows and columns of cells add up to; NaN where nothing is known.
struct MapMargins {
  Tensor<float> received;       ///< (1, 1, 1, columns): what one key receives on average, of all queries together
  Tensor<float> given;          ///< (1, 1, rows, 1): the share that one query gives on average to all of the keys
  Tensor<float> least_entropy;  ///< (1, 1, rows, 1), among the row's queries whose entropy is known
  Tensor<float> most_entropy;   ///< (1, 1, rows, 1), the same
};

/// The margins of some cells. Queries that are not known yet are taken to give a column what those give on average that are.
///
/// Throws std::invalid_argument where the shapes do not fit each other or the block.
[[nodiscard]] MapMargins map_margins(const KnownCells& cells);

}  // namespace heed
