#include "heed/nn/gelu.h"

#include <cmath>
#include <numbers>

namespace heed {
namespace {

constexpr double kCubic = 0.044715;

template <typename Scalar>
Scalar inner_tanh(Scalar x) {
  static const Scalar root = static_cast<Scalar>(std::sqrt(2 / std::numbers::pi));
  return std::tanh(root * (x + static_cast<Scalar>(kCubic) * x * x * x));
}

}  // namespace

template <typename Scalar>
void gelu(std::span<const Scalar> x, std::span<Scalar> y) {
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] / 2 * (1 + inner_tanh(x[i]));
}

template <typename Scalar>
void gelu_backward(std::span<const Scalar> x, std::span<Scalar> gradient) {
  static const Scalar root = static_cast<Scalar>(std::sqrt(2 / std::numbers::pi));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Scalar t = inner_tanh(x[i]);
    const Scalar inner = root * (1 + 3 * static_cast<Scalar>(kCubic) * x[i] * x[i]);
    gradient[i] *= (1 + t) / 2 + x[i] / 2 * (1 - t * t) * inner;
  }
}

template void gelu(std::span<const float>, std::span<float>);
template void gelu(std::span<const double>, std::span<double>);
template void gelu_backward(std::span<const float>, std::span<float>);
template void gelu_backward(std::span<const double>, std::span<double>);

}  // namespace heed
