#include "heed/attention/attention_map.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "heed/attention/detail/attention_tile.h"
#include "heed/ops/activations/exponential.h"

namespace heed {
namespace {

constexpr Index kRows = 64;
constexpr Index kColumns = 256;

/// Turns a tile of logits into weights.
template <typename Scalar>
void take_softmax(const MatrixView<Scalar>& tile, std::span<const RowSoftmax<Scalar>> softmaxes) {
  for (Index i = 0; i < tile.rows; ++i) {
    const std::span row(tile.row(i), static_cast<std::size_t>(tile.columns));
    const RowSoftmax<Scalar>& softmax = softmaxes[static_cast<std::size_t>(i)];
    if (softmax.factor == 0 || std::isnan(softmax.shift)) {
      for (Scalar& logit : row) logit = softmax.weight(logit);
    } else {
      for (Scalar& logit : row) logit -= softmax.shift;
      exponential(row);
      for (Scalar& weight : row) weight *= softmax.factor;
    }
  }
}

/// Takes `weights` into a cell.
template <typename Scalar>
void add_to_cell(const Scalar* weights, Index count, Scalar& largest, Scalar& sum) {
  const Eigen::Map<const Eigen::ArrayX<Scalar>> part(weights, count);
  sum += part.sum();
  // A NaN in the part is in the sum from then on, whatever a maximum makes of it.
  largest = std::isnan(sum) ? sum : std::max(largest, part.maxCoeff());
}

}  // namespace

template <typename Scalar>
AttentionMap<Scalar> attention_map(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                   const TensorView<Scalar>& log_sum_exp, const MapRequest& request,
                                   const AttentionOptions<Scalar>& options, AttentionMap<Scalar> before) {
  const auto& [first_row, all_rows, row_block, first_column, all_columns, column_block] = request;
  const AttentionHead<Scalar> head = resolve_head(query, key, options, 0, 0);
  require(query.shape.batch == 1 && query.shape.heads == 1,
          {"Q has shape ", query.shape, "; a map is of one head, (1, 1, queries, d_k)"});
  check_part("the map", query.shape, head.keys, log_sum_exp.shape, first_row, all_rows, first_column, all_columns);
  require(row_block >= 1 && column_block >= 1,
          {"the blocks are ", row_block, " × ", column_block, "; they must be at least 1 × 1"});

  const Shape shape{1, 1, blocks_of(all_rows, row_block), blocks_of(all_columns, column_block)};
  AttentionMap<Scalar> map = std::move(before);
  for (Tensor<Scalar>* cells : {&map.largest, &map.sum}) {
    if (cells->shape == Shape{}) *cells = Tensor<Scalar>(shape, "the map");
    require(cells->shape == shape, {"the cells before have shape ", cells->shape, "; the map has ", shape});
    (void)TensorView<Scalar>(*cells);  // as many values as its shape says
  }
  std::vector<Scalar> buffer(kRows * kColumns);
  for (Index row = first_row; row < first_row + all_rows; row += kRows) {
    const Index rows = std::min(kRows, first_row + all_rows - row);
    const KeyRange visible = head.visibility.of_block(row, row + rows);
    std::array<RowSoftmax<Scalar>, kRows> softmaxes;
    for (Index i = 0; i < rows; ++i)
      softmaxes[static_cast<std::size_t>(i)] = row_softmax(head, row + i, log_sum_exp.data[row + i]);
    const Index end = std::min(visible.last, first_column + all_columns);
    for (Index column = std::max(visible.first, first_column); column < end; column += kColumns) {
      const MatrixView<Scalar> tile{buffer.data(), rows, std::min(kColumns, end - column), kColumns};
      logits_tile(head, row, column, tile);
      take_softmax<Scalar>(tile, softmaxes);
      for (Index i = 0; i < rows; ++i) {
        const Index map_row = (row + i - first_row) / row_block * shape.dim;
        for (Index j = 0; j < tile.columns;) {
          const Index from_first = column + j - first_column;
          const Index count = std::min(tile.columns - j, column_block - from_first % column_block);
          const auto at = static_cast<std::size_t>(map_row + from_first / column_block);
          add_to_cell(tile.row(i) + j, count, map.largest.data[at], map.sum.data[at]);
          j += count;
        }
      }
    }
  }
  return map;
}

template AttentionMap<float> attention_map(const TensorView<float>&, const TensorView<float>&, const TensorView<float>&,
                                           const MapRequest&, const AttentionOptions<float>&, AttentionMap<float>);
template AttentionMap<double> attention_map(const TensorView<double>&, const TensorView<double>&,
                                            const TensorView<double>&, const MapRequest&,
                                            const AttentionOptions<double>&, AttentionMap<double>);

}  // namespace heed
