#include "heed/ops/activations/exponential.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <iterator>

namespace heed {
namespace {

template <typename Scalar>
bool has_nan(std::span<const Scalar> x) {
  return Eigen::Map<const Eigen::ArrayX<Scalar>>(x.data(), std::ssize(x)).hasNaN();
}

}  // namespace

template <typename Scalar>
void exponential(std::span<Scalar> x) {
  Eigen::Map<Eigen::ArrayX<Scalar>> values(x.data(), std::ssize(x));
  if (has_nan<Scalar>(x))
    for (Scalar& value : values) value = std::exp(value);
  else
    values = values.exp();
}

void sigmoid(std::span<const float> x, std::span<float> y) {
  if (has_nan(x))
    std::ranges::transform(x, y.begin(), [](float value) { return 1 / (1 + std::exp(-value)); });
  else
    Eigen::Map<Eigen::ArrayXf>(y.data(), std::ssize(y)) =
        Eigen::Map<const Eigen::ArrayXf>(x.data(), std::ssize(x)).logistic();
}

template void exponential(std::span<float>);
template void exponential(std::span<double>);

}  // namespace heed
