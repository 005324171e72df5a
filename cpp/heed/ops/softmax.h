#pragma once

#include <span>

#include "heed/ops/matrix.h"

namespace heed {

/// ln Σ_j exp(x_j), computed as m + ln Σ_j exp(x_j − m) with m = max_j x_j, so that it overflows only where the result
/// does. −∞ for an empty row or one that is −∞ throughout; NaN if any x_j is NaN or +∞.
template <typename Scalar>
[[nodiscard]] Scalar log_sum_exp(std::span<const Scalar> logits);

/// What a softmax knows of its row besides the probabilities.
template <typename Scalar>
struct SoftmaxSummary {
  Scalar log_sum_exp;  ///< ln Σ_j exp(x_j)
  /// −Σ_j p_j ln p_j in nats, computed as ln Σ_j e_j − Σ_j e_j (x_j − m) / Σ_j e_j with e_j = exp(x_j − m): one
  /// logarithm a row, and no cancellation however large the logits.
  Scalar entropy;
};

/// p_j = exp(x_j − m) / Σ_k exp(x_k − m) with m = max_j x_j, in place. A logit of −∞ gets probability 0, and a row of
/// nothing else becomes all 0 (there is nothing to attend to) with entropy 0. A NaN or +∞ makes everything else NaN.
template <typename Scalar>
SoftmaxSummary<Scalar> softmax(std::span<Scalar> row);

/// How many columns of row i take part in a softmax: first + i · step.
struct VisibleColumns {
  Index first = 0;  ///< in row 0
  Index step = 0;   ///< more in each row: 0, or 1 under a causal mask
};

/// x becomes softmax(scale · x) along its rows, over their visible columns, at least one each, and 0 beyond. In single precision
/// by the kernels, of numbers without NaN and infinity.
///
/// @param scale        above 0
/// @param log_sum_exp  (rows) those of scale · x; null: not wanted
template <typename Scalar>
void softmax_rows(const MatrixView<Scalar>& x, Scalar scale, VisibleColumns visible, Scalar* log_sum_exp = nullptr);

/// The gradient of such weights becomes that of x.
template <typename Scalar>
void softmax_rows_backward(const MatrixView<const Scalar>& weights, Scalar scale, const MatrixView<Scalar>& gradient);

}  // namespace heed
