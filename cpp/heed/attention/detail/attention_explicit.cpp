#include <algorithm>

#include "heed/attention/detail/attention_tile.h"
#include "heed/ops/softmax.h"

namespace heed {

template <typename Scalar>
void attention_explicit(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result,
                        QueryRange queries) {
  constexpr Index kRows = 64;  // rows of logits still in the cache when their softmax is taken
  const auto all_weights = matrix(result.weights, head.queries, head.keys);
  const auto all_output = matrix(result.output, head.queries, head.value_dim);
  const Index end = queries.first + queries.count;
  for (Index row = queries.first; row < end; row += kRows) {
    const Index rows = std::min(kRows, end - row);
    // Keys that none of these queries sees are left out, unless their logits are asked for.
    const Index keys = result.logits != nullptr ? head.keys : head.visibility.of_block(row, row + rows).last;
    const MatrixView<Scalar> weights{all_weights.row(row), rows, keys, all_weights.stride};
    logits_tile(head, row, 0, weights);
    if (result.logits != nullptr) std::copy(weights.data, weights.row(rows), result.logits + row * head.keys);
    for (Index i = 0; i < rows; ++i) {
      const auto summary = softmax(std::span<Scalar>(weights.row(i), static_cast<std::size_t>(keys)));
      std::fill(weights.row(i) + keys, weights.row(i) + head.keys, Scalar(0));
      result.log_sum_exp[row + i] = summary.log_sum_exp;
      result.entropy[row + i] = summary.entropy;
      result.visible_keys[row + i] = static_cast<Scalar>(head.count_visible(row + i));
    }
    const auto output = all_output.middle_rows(row, rows);
    std::fill(output.data, output.row(rows), Scalar(0));
    add_weighted_values<Scalar>(head, row, 0, {weights.data, rows, keys, weights.stride}, output);
  }
}

template <typename Scalar>
void attention_weights_of_head(const AttentionHead<Scalar>& head, const Scalar* log_sum_exp, const WeightsBlock& block,
                               Scalar* weights) {
  const auto tile = matrix(weights, block.rows, block.columns);
  logits_tile(head, block.row, block.column, tile);
  for (Index i = 0; i < block.rows; ++i) {
    const auto softmax = row_softmax(head, block.row + i, log_sum_exp[block.row + i]);
    for (Index j = 0; j < block.columns; ++j) tile.row(i)[j] = softmax.weight(tile.row(i)[j]);
  }
}

template void attention_explicit(const AttentionHead<float>&, const AttentionHeadResult<float>&, QueryRange);
template void attention_explicit(const AttentionHead<double>&, const AttentionHeadResult<double>&, QueryRange);
template void attention_weights_of_head(const AttentionHead<float>&, const float*, const WeightsBlock&, float*);
template void attention_weights_of_head(const AttentionHead<double>&, const double*, const WeightsBlock&, double*);

}  // namespace heed
