#pragma once

#include <span>

namespace heed {

// Eigen's vectors of exp convert numbers to int, which is undefined for NaN; these may be given any number, and NaN stays.

/// x = eˣ.
template <typename Scalar>
void exponential(std::span<Scalar> x);

/// y = 1 / (1 + e⁻ˣ). `y` may be `x`.
void sigmoid(std::span<const float> x, std::span<float> y);

}  // namespace heed
