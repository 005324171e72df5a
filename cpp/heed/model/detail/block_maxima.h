#pragma once

#include "heed/ops/matrix.h"
#include "heed/tensor/tensor.h"

namespace heed {

/// A picture (1, 1, ⌈rows / row_block⌉, ⌈columns / column_block⌉) of a matrix that is never negative, of which each cell is to be the
/// largest of its row_block × column_block numbers; all 0. Throws std::invalid_argument for blocks smaller than 1 × 1.
[[nodiscard]] Tensor<float> empty_thumbnail(Index rows, Index columns, Index row_block, Index column_block);

/// Takes rows of the matrix into the picture, the first of which is row `first`.
void add_rows(const MatrixView<const float>& rows, Index first, Index row_block, Index column_block,
              Tensor<float>& thumbnail);

}  // namespace heed
