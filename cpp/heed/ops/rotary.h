#pragma once

#include "heed/ops/matrix.h"

namespace heed {

/// Rotary positions (J. Su et al., "RoFormer", 2021, equation 15): at position p, components 2i and 2i + 1 of a head's vector
/// turn by the angle p · base^(−2i/dim), so that q·k depends on positions only through their difference.
template <typename Scalar>
class RotaryPositions {
 public:
  RotaryPositions() = default;

  /// Of positions 0 to length − 1 of up to `heads` heads side by side. Throws std::invalid_argument for an odd dim.
  RotaryPositions(Index length, Index heads, Index dim, double base);

  /// Turns rows of heads side by side in place: x (batch · length × heads · dim), sequences one after the other. A rotation
  /// keeps lengths, and its gradient is the rotation back: `direction` −1. Throws std::invalid_argument where there are more
  /// positions or components than this was made for.
  void rotate(const MatrixView<Scalar>& x, Index length, int direction = 1) const;

 private:
  Index columns_ = 0;
  std::vector<Scalar> cosines_;  ///< (length × heads · dim)
  std::vector<Scalar> sines_;    ///< − for the even one of a pair, + for the odd one
};

}  // namespace heed
