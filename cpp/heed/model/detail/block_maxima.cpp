#include "heed/model/detail/block_maxima.h"

#include <algorithm>

#include "heed/tensor/sums.h"

namespace heed {

Tensor<float> empty_thumbnail(Index rows, Index columns, Index row_block, Index column_block) {
  require(row_block > 0 && column_block > 0,
          {"cells of ", row_block, " × ", column_block, " weights; they must be at least 1 × 1"});
  const auto cells = [](Index size, Index block) { return size / block + (size % block == 0 ? 0 : 1); };
  return Tensor<float>({1, 1, cells(rows, row_block), cells(columns, column_block)}, "the thumbnail");
}

void add_rows(const MatrixView<const float>& rows, Index first, Index row_block, Index column_block,
              Tensor<float>& thumbnail) {
  for (Index i = 0; i < rows.rows; ++i) {
    float* cells = thumbnail.data.data() + (first + i) / row_block * thumbnail.shape.dim;
    const float* row = rows.row(i);
    for (Index j = 0; j < rows.columns; ++cells) {
      float most = *cells;
      for (const Index end = std::min(rows.columns, j + column_block); j < end; ++j) most = larger(most, row[j]);
      *cells = most;
    }
  }
}

}  // namespace heed
