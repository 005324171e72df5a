#pragma once

#include <span>

namespace heed {

/// y = x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), the form of GPT-2 (D. Hendrycks and K. Gimpel, "Gaussian Error Linear
/// Units", 2016, section 2).
template <typename Scalar>
void gelu(std::span<const Scalar> x, std::span<Scalar> y);

/// Turns ∂y into ∂x, in place.
template <typename Scalar>
void gelu_backward(std::span<const Scalar> x, std::span<Scalar> gradient);

}  // namespace heed
