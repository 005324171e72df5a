#include "heed/ops/activations/swiglu.h"

#include <cmath>
#include <type_traits>

#include "heed/kernels/dispatch.h"

namespace heed {

template <typename Scalar>
void swiglu(std::span<const Scalar> gate, std::span<const Scalar> up, std::span<Scalar> y) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().swiglu(gate.data(), up.data(), y.data(), std::ssize(y));
    return;
  }
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
}

template <typename Scalar>
void swiglu_backward(std::span<const Scalar> gate, std::span<const Scalar> up, std::span<Scalar> gate_gradient,
                     std::span<Scalar> gradient) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().swiglu_backward(gate.data(), up.data(), gate_gradient.data(),
                                                              gradient.data(), std::ssize(gradient));
    return;
  }
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const Scalar sigmoid = 1 / (1 + std::exp(-gate[i]));
    gate_gradient[i] = gradient[i] * up[i] * sigmoid * (1 + gate[i] * (1 - sigmoid));
    gradient[i] *= gate[i] * sigmoid;
  }
}

#define HEED_INSTANTIATE(Scalar)                                                             \
  template void swiglu(std::span<const Scalar>, std::span<const Scalar>, std::span<Scalar>); \
  template void swiglu_backward(std::span<const Scalar>, std::span<const Scalar>, std::span<Scalar>, std::span<Scalar>);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
