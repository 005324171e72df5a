#include "heed/ops/activations/gelu.h"

#include <cmath>
#include <numbers>
#include <type_traits>

#include "heed/kernels/dispatch.h"

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
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().gelu(x.data(), y.data(), std::ssize(x));
    return;
  }
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] / 2 * (1 + inner_tanh(x[i]));
}

template <typename Scalar>
void gelu_backward(std::span<const Scalar> x, std::span<Scalar> gradient) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().gelu_backward(x.data(), gradient.data(), std::ssize(x));
    return;
  }
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
