#include "heed/softmax.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

namespace heed {
namespace {

template <typename Scalar>
constexpr Scalar kInfinity = std::numeric_limits<Scalar>::infinity();

}  // namespace

template <typename Scalar>
Scalar log_sum_exp(std::span<const Scalar> logits) {
  if (logits.empty()) return -kInfinity<Scalar>;
  const Eigen::Map<const Eigen::ArrayX<Scalar>> x(logits.data(), static_cast<Eigen::Index>(logits.size()));
  const Scalar largest = x.template maxCoeff<Eigen::PropagateNaN>();
  if (largest == -kInfinity<Scalar>) return largest;
  return largest + std::log((x - largest).exp().sum());
}

template <typename Scalar>
SoftmaxSummary<Scalar> softmax(std::span<Scalar> row) {
  if (row.empty()) return {-kInfinity<Scalar>, 0};
  Eigen::Map<Eigen::ArrayX<Scalar>> x(row.data(), static_cast<Eigen::Index>(row.size()));
  const Scalar largest = x.template maxCoeff<Eigen::PropagateNaN>();
  if (largest == -kInfinity<Scalar>) {
    x.setZero();
    return {largest, 0};
  }
  Scalar sum = 0;
  Scalar weighted = 0;
  for (Scalar& logit : row) {
    const Scalar below = logit - largest;
    logit = std::exp(below);
    sum += logit;
    if (below > -kInfinity<Scalar>) weighted += logit * below;
  }
  x /= sum;
  const Scalar log_sum = std::log(sum);
  const Scalar entropy = log_sum - weighted / sum;
  return {largest + log_sum, entropy < 0 ? 0 : entropy};
}

template float log_sum_exp(std::span<const float>);
template double log_sum_exp(std::span<const double>);
template SoftmaxSummary<float> softmax(std::span<float>);
template SoftmaxSummary<double> softmax(std::span<double>);

}  // namespace heed
