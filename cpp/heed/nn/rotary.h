#pragma once

#include "heed/tensor.h"

namespace heed {

/// Rotary positions (J. Su et al., "RoFormer", 2021, equation 15): at position p, components 2i and 2i + 1 of each vector
/// turn by the angle p · base^(−2i/dim), so that q·k depends on positions only through their difference. A rotation keeps
/// lengths, and its gradient is the rotation back: `direction` −1.
///
/// `x` is (batch, heads, length, dim), turned in place; its first token is at position 0. Throws std::invalid_argument for
/// an odd dim.
template <typename Scalar>
void rotate_positions(Tensor<Scalar>& x, double base, int direction = 1);

}  // namespace heed
