#pragma once

#include <span>

namespace heed {

/// ln Σ_j exp(x_j), computed as m + ln Σ_j exp(x_j − m) with m = max_j x_j, so that it overflows only where the result
/// does. −∞ for an empty row or one that is −∞ throughout; NaN if any x_j is NaN or +∞.
template <typename Scalar>
[[nodiscard]] Scalar log_sum_exp(std::span<const Scalar> logits);

/// What a softmax knows of its row besides the probabilities.
template <typename Scalar>
struct SoftmaxSummary {
  Scalar log_sum_exp;
  /// −Σ_j p_j ln p_j in nats, computed as ln Σ_j e_j − Σ_j e_j (x_j − m) / Σ_j e_j with e_j = exp(x_j − m): one
  /// logarithm a row, and no cancellation however large the logits.
  Scalar entropy;
};

/// p_j = exp(x_j − m) / Σ_k exp(x_k − m) with m = max_j x_j, in place. A logit of −∞ gets probability 0, and a row of
/// nothing else becomes all 0 (there is nothing to attend to) with entropy 0. A NaN or +∞ makes everything else NaN.
template <typename Scalar>
SoftmaxSummary<Scalar> softmax(std::span<Scalar> row);

}  // namespace heed
