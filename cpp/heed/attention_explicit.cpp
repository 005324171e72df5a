#include <algorithm>

#include "heed/attention_tile.h"
#include "heed/softmax.h"

namespace heed {

template <typename Scalar>
void attention_explicit(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result) {
  constexpr Index kRows = 64;  // rows of logits still in the cache when their softmax is taken
  for (Index row = 0; row < head.queries; row += kRows) {
    const Index rows = std::min(kRows, head.queries - row);
    auto weights = rows_of(result.weights, row, rows, head.keys);
    logits_tile<Scalar>(head, row, 0, weights);
    if (result.logits != nullptr) rows_of(result.logits, row, rows, head.keys) = weights;
    for (Index i = 0; i < rows; ++i) {
      const SoftmaxSummary<Scalar> summary =
          softmax(std::span<Scalar>(weights.row(i).data(), static_cast<std::size_t>(head.keys)));
      result.log_sum_exp[row + i] = summary.log_sum_exp;
      result.entropy[row + i] = summary.entropy;
      result.visible_keys[row + i] = static_cast<Scalar>(head.count_visible(row + i));
    }
    auto output = rows_of(result.output, row, rows, head.value_dim);
    output.setZero();
    add_weighted_values<Scalar>(head, row, 0, weights, output);
  }
}

template <typename Scalar>
void attention_weights_of_head(const AttentionHead<Scalar>& head, const Scalar* log_sum_exp, const WeightsBlock& block,
                               Scalar* weights) {
  auto tile = rows_of(weights, 0, block.rows, block.columns);
  logits_tile<Scalar>(head, block.row, block.column, tile);
  for (Index i = 0; i < block.rows; ++i) {
    const Scalar lse = log_sum_exp[block.row + i];
    if (lse == -std::numeric_limits<Scalar>::infinity()) {
      tile.row(i).setZero();
    } else {
      tile.row(i) = tile.row(i).unaryExpr([lse](Scalar logit) { return std::exp(logit - lse); });
    }
  }
}

template void attention_explicit(const AttentionHead<float>&, const AttentionHeadResult<float>&);
template void attention_explicit(const AttentionHead<double>&, const AttentionHeadResult<double>&);
template void attention_weights_of_head(const AttentionHead<float>&, const float*, const WeightsBlock&, float*);
template void attention_weights_of_head(const AttentionHead<double>&, const double*, const WeightsBlock&, double*);

}  // namespace heed
