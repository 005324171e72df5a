#pragma once

#include <span>

namespace heed {

/// y = silu(gate) · up, with silu(x) = x / (1 + e^−x) (N. Shazeer, "GLU Variants Improve Transformer", 2020, equation 6).
template <typename Scalar>
void swiglu(std::span<const Scalar> gate, std::span<const Scalar> up, std::span<Scalar> y);

/// Sets ∂gate and turns ∂y into ∂up, in place.
template <typename Scalar>
void swiglu_backward(std::span<const Scalar> gate, std::span<const Scalar> up, std::span<Scalar> gate_gradient,
                     std::span<Scalar> gradient);

}  // namespace heed
