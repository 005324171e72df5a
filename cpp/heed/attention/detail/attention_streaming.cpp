#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "heed/attention/detail/attention_kernel_call.h"
#include "heed/attention/detail/attention_tile.h"

namespace heed {
namespace {

/// Online softmax of one query over the keys seen so far (M. Milakov and N. Gimelshein, "Online normalizer calculation
/// for softmax", 2018), with the sum that gives the entropy carried along. With e_j = exp(s_j − m):
///   m = max_j s_j,   sum = Σ_j e_j,   weighted = Σ_j e_j (s_j − m).
/// When the maximum grows by δ, every e_j shrinks by exp(−δ), and (s_j − m) by δ.
template <typename Scalar>
struct OnlineSoftmax {
  static constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();

  Scalar largest = kHidden;
  Scalar sum = 0;
  Scalar weighted = 0;

  /// Takes in logits, which become e_j. Returns the factor by which the e_j before them have shrunk.
  Scalar add(std::span<Scalar> logits) {
    Scalar new_largest = largest;
    for (const Scalar logit : logits) new_largest = std::max(new_largest, logit);  // passes over NaN; exp does not
    if (new_largest == kHidden) new_largest = 0;                                   // so that NaN stays and −∞ becomes 0
    const Scalar growth = new_largest - largest;
    const Scalar shrink = std::exp(-growth);
    weighted = shrink == 0 ? 0 : shrink * (weighted - growth * sum);  // growth · sum may be ∞
    sum *= shrink;
    for (Scalar& logit : logits) {
      const Scalar below = logit - new_largest;
      logit = std::exp(below);
      sum += logit;
      if (below != kHidden) weighted += logit * below;
    }
    if (sum != 0) largest = new_largest;
    return shrink;
  }

  [[nodiscard]] Scalar log_sum_exp() const { return largest + std::log(sum); }

  [[nodiscard]] Scalar entropy() const {
    if (sum == 0) return 0;
    const Scalar entropy = std::log(sum) - weighted / sum;
    return entropy < 0 ? 0 : entropy;
  }
};

}  // namespace

template <typename Scalar>
void attention_streaming(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result,
                         QueryRange queries) {
  constexpr Index kRows = 64;
  constexpr Index kColumns = 128;
  std::vector<Scalar> tile(kRows * kColumns);
  const auto all_output = matrix(result.output, head.queries, head.value_dim);
  const Index end = queries.first + queries.count;
  for (Index row = queries.first; row < end; row += kRows) {
    const Index rows = std::min(kRows, end - row);
    const auto output = all_output.middle_rows(row, rows);
    std::fill(output.data, output.row(rows), Scalar(0));
    std::array<OnlineSoftmax<Scalar>, kRows> softmax;
    const auto scale_output = [&](Index i, Scalar factor) {
      for (Index c = 0; c < head.value_dim; ++c) output.row(i)[c] *= factor;
    };
    const KeyRange visible = head.visibility.of_block(row, row + rows);
    for (Index column = visible.first; column < visible.last; column += kColumns) {
      const Index columns = std::min(kColumns, visible.last - column);
      const MatrixView<Scalar> logits{tile.data(), rows, columns, kColumns};
      logits_tile(head, row, column, logits);
      for (Index i = 0; i < rows; ++i)
        scale_output(i, softmax[static_cast<std::size_t>(i)].add({logits.row(i), static_cast<std::size_t>(columns)}));
      add_weighted_values<Scalar>(head, row, column, {logits.data, rows, columns, kColumns}, output);
    }
    for (Index i = 0; i < rows; ++i) {
      const auto& of_query = softmax[static_cast<std::size_t>(i)];
      if (of_query.sum != 0) scale_output(i, 1 / of_query.sum);
      result.log_sum_exp[row + i] = of_query.log_sum_exp();
      result.entropy[row + i] = of_query.entropy();
      result.visible_keys[row + i] = static_cast<Scalar>(head.count_visible(row + i));
    }
  }
}

template <>
void attention_streaming(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                         QueryRange queries) {
  attention_with_kernel(head, result, queries);
}

template void attention_streaming(const AttentionHead<double>&, const AttentionHeadResult<double>&, QueryRange);

}  // namespace heed
