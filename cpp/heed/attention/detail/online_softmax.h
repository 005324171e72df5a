#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace heed {

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

}  // namespace heed
