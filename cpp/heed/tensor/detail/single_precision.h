#pragma once

#include <limits>

namespace heed {

/// Whether a number stays what it is, but for rounding, in single precision: 0, or of a size from 1.18e-38 to 3.4e38.
[[nodiscard]] constexpr bool is_held_in_single_precision(double number) {
  using Limits = std::numeric_limits<float>;
  const double size = number < 0 ? -number : number;
  return size == 0 || (size >= double{Limits::min()} && size <= double{Limits::max()});
}

/// For messages.
inline constexpr const char* kHeldNumbers = "0 or of a size from 1.18e-38 to 3.4e38, which single precision holds";

}  // namespace heed
