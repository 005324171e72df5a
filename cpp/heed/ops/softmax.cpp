#include "heed/ops/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heed {
namespace {

template <typename Scalar>
constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();

/// The largest logit that is not NaN; −∞ if there is none.
template <typename Scalar>
Scalar largest_of(std::span<const Scalar> logits) {
  Scalar largest = kHidden<Scalar>;
  for (const Scalar logit : logits) largest = std::max(largest, logit);
  return largest;
}

}  // namespace

template <typename Scalar>
Scalar log_sum_exp(std::span<const Scalar> logits) {
  const Scalar largest = largest_of(logits);
  const Scalar shift = largest == kHidden<Scalar> ? 0 : largest;
  Scalar sum = 0;
  for (const Scalar logit : logits) sum += std::exp(logit - shift);
  return shift + std::log(sum);
}

template <typename Scalar>
SoftmaxSummary<Scalar> softmax(std::span<Scalar> row) {
  constexpr Scalar kNan = std::numeric_limits<Scalar>::quiet_NaN();
  const auto is_finite_or_hidden = [](Scalar logit) { return logit < std::numeric_limits<Scalar>::infinity(); };
  if (!std::all_of(row.begin(), row.end(), is_finite_or_hidden)) {
    for (Scalar& logit : row) logit = logit == kHidden<Scalar> ? 0 : kNan;
    return {kNan, kNan};
  }
  const Scalar largest = largest_of(std::span<const Scalar>(row));
  const Scalar shift = largest == kHidden<Scalar> ? 0 : largest;
  Scalar sum = 0;
  Scalar weighted = 0;
  for (Scalar& logit : row) {
    const Scalar below = logit - shift;
    logit = std::exp(below);
    sum += logit;
    if (below != kHidden<Scalar>) weighted += logit * below;
  }
  if (sum == 0) return {kHidden<Scalar>, 0};
  for (Scalar& probability : row) probability /= sum;
  const Scalar entropy = std::log(sum) - weighted / sum;
  return {shift + std::log(sum), entropy < 0 ? 0 : entropy};
}

template float log_sum_exp(std::span<const float>);
template double log_sum_exp(std::span<const double>);
template SoftmaxSummary<float> softmax(std::span<float>);
template SoftmaxSummary<double> softmax(std::span<double>);

}  // namespace heed
