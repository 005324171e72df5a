#include <algorithm>

#include "heed/attention_tile.h"

namespace heed {
namespace {

/// Online softmax of a block of queries over the keys seen so far (M. Milakov and N. Gimelshein, "Online normalizer
/// calculation for softmax", 2018), with the sum that gives the entropy carried along. Per query, with e_j = exp(s_j − m):
///   m = max_j s_j,   sum = Σ_j e_j,   weighted = Σ_j e_j (s_j − m),   output = Σ_j e_j v_j.
/// When the maximum grows by δ, every e_j shrinks by exp(−δ), and (s_j − m) by δ.
template <typename Scalar>
struct OnlineSoftmax {
  static constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();

  Scalar largest = kHidden;
  Scalar sum = 0;
  Scalar weighted = 0;

  /// Takes in logits, which become e_j. Returns the factor by which the output so far shrinks.
  template <typename Row>
  Scalar add(Row&& logits) {
    const Scalar new_largest = std::max(logits.template maxCoeff<Eigen::PropagateNaN>(), largest);
    if (new_largest == kHidden) {
      logits.setZero();
      return 1;
    }
    const Scalar growth = new_largest - largest;
    const Scalar shrink = std::exp(-growth);
    if (largest != kHidden) weighted = shrink * (weighted - growth * sum);
    sum *= shrink;
    largest = new_largest;
    for (Index j = 0; j < logits.size(); ++j) {
      const Scalar below = logits(j) - largest;
      logits(j) = std::exp(below);
      sum += logits(j);
      if (below > kHidden) weighted += logits(j) * below;
    }
    return shrink;
  }
};

}  // namespace

template <typename Scalar>
void attention_streaming(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result) {
  constexpr Index kRows = 64;
  constexpr Index kColumns = 128;
  Matrix<Scalar> tile(kRows, kColumns);
  for (Index row = 0; row < head.queries; row += kRows) {
    const Index rows = std::min(kRows, head.queries - row);
    auto output = rows_of(result.output, row, rows, head.value_dim);
    output.setZero();
    OnlineSoftmax<Scalar> state[kRows];
    const KeyRange visible = head.visibility.of_block(row, row + rows);
    for (Index column = visible.first; column < visible.last; column += kColumns) {
      auto logits = tile.topLeftCorner(rows, std::min(kColumns, visible.last - column));
      logits_tile<Scalar>(head, row, column, logits);
      for (Index i = 0; i < rows; ++i) output.row(i) *= state[i].add(logits.row(i));
      add_weighted_values<Scalar>(head, row, column, logits, output);
    }
    for (Index i = 0; i < rows; ++i) {
      const auto& [largest, sum, weighted] = state[i];
      const bool sees_nothing = largest == OnlineSoftmax<Scalar>::kHidden;
      const Scalar entropy = sees_nothing ? 0 : std::log(sum) - weighted / sum;
      result.log_sum_exp[row + i] = sees_nothing ? largest : largest + std::log(sum);
      result.entropy[row + i] = entropy < 0 ? 0 : entropy;
      result.visible_keys[row + i] = static_cast<Scalar>(head.count_visible(row + i));
      if (!sees_nothing) output.row(i) /= sum;
    }
  }
}

template void attention_streaming(const AttentionHead<float>&, const AttentionHeadResult<float>&);
template void attention_streaming(const AttentionHead<double>&, const AttentionHeadResult<double>&);

}  // namespace heed
