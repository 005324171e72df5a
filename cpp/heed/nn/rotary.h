#pragma once

#include "heed/tensor.h"

namespace heed {

/// Rotary positions (J. Su et al., "RoFormer", 2021, equation 15): at position p, components 2i and 2i + 1 of each vector
/// turn by the angle p · base^(−2i/dim), so that q·k depends on positions only through their difference.
template <typename Scalar>
struct RotaryAngles {
  Index dim = 0;
  std::vector<Scalar> cosines;  ///< (length × dim / 2)
  std::vector<Scalar> sines;

  RotaryAngles() = default;
  /// Of positions 0 to length − 1. Throws std::invalid_argument for an odd dim.
  RotaryAngles(Index length, Index dim, double base);
};

/// Turns `x` (batch, heads, length, dim) in place; its first token is at position 0. A rotation keeps lengths, and its gradient
/// is the rotation back: `direction` −1. Throws std::invalid_argument where `angles` are of another dim or too few.
template <typename Scalar>
void rotate_positions(Tensor<Scalar>& x, const RotaryAngles<Scalar>& angles, int direction = 1);

}  // namespace heed
