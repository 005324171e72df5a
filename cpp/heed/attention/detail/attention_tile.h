#pragma once

#include <cmath>
#include <limits>

#include "heed/attention/detail/attention_head.h"
#include "heed/ops/matrix.h"

namespace heed {

/// Logits s_ij of queries row… and keys column…, as many as `logits` has rows and columns; −∞ where hidden.
template <typename Scalar>
void logits_tile(const AttentionHead<Scalar>& head, Index row, Index column, const MatrixView<Scalar>& logits);

/// How the logits of a row become weights: A_ij = exp(s_ij − shift) · factor, 0 where the row sees nothing, and where the pair
/// is masked, though the shift be NaN.
template <typename Scalar>
struct RowSoftmax {
  Scalar shift = 0;
  Scalar factor = 0;

  [[nodiscard]] Scalar weight(Scalar logit) const {
    const bool hidden = factor == 0 || logit == -std::numeric_limits<Scalar>::infinity();
    return hidden ? 0 : std::exp(logit - shift) * factor;
  }
};

/// That of query `row`, whose log-sum-exp is given: it is the shift, and the factor is 1. Where it is so large that its
/// rounding would show in the weights, the row's largest logit and sum are computed anew: the log-sum-exp of n keys with a
/// bias of −10³⁸ is −10³⁸ in single precision, without the ln n.
template <typename Scalar>
[[nodiscard]] RowSoftmax<Scalar> row_softmax(const AttentionHead<Scalar>& head, Index row, Scalar log_sum_exp);

/// output += weights · V for queries row… and keys column…. Where V holds NaN or infinity the product is taken term by
/// term without the hidden keys, because 0 · NaN is NaN.
template <typename Scalar>
void add_weighted_values(const AttentionHead<Scalar>& head, Index row, Index column,
                         const MatrixView<const Scalar>& weights, const MatrixView<Scalar>& output);

}  // namespace heed
