#pragma once

#include <cstdint>

namespace heed {

/// IEEE 754 binary16, as bits: 1 sign, 5 exponent, 10 fraction.
[[nodiscard]] float from_half(std::uint16_t bits);

/// The nearest, ties to even; beyond 65519 infinity.
[[nodiscard]] std::uint16_t to_half(float number);

/// bfloat16, as bits: the upper half of a float.
[[nodiscard]] float from_bfloat16(std::uint16_t bits);

/// The nearest, ties to even; infinity from halfway beyond the largest.
[[nodiscard]] std::uint16_t to_bfloat16(float number);

/// A number of a tensor that is stored in half precision; attention_into reads tensors of them.
struct Float16 {
  std::uint16_t bits;  ///< as `from_half` reads them

  /// Its value, exactly.
  explicit operator float() const { return from_half(bits); }
};

/// The same of bfloat16.
struct BFloat16 {
  std::uint16_t bits;  ///< as `from_bfloat16` reads them

  /// Its value, exactly.
  explicit operator float() const { return from_bfloat16(bits); }
};

}  // namespace heed
