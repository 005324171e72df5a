#include "heed/tensor/half.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace heed {

float from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const std::uint32_t sign = std::uint32_t{bits} >> 15 << 31;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000U | static_cast<std::uint32_t>(fraction) << 13);
  const float size = exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                   : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  return sign == 0 ? size : -size;
}

std::uint16_t to_half(float number) {
  const auto sign = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 31 << 15);
  const auto with_sign = [&](int bits) { return static_cast<std::uint16_t>(sign | bits); };
  const float size = std::abs(number);
  if (std::isnan(number)) return with_sign(0x7E00);
  if (size >= 65520) return with_sign(0x7C00);
  // Below 2^-14 steps are of 2^-24, above of 2^-10 of the power of two; a carry into the exponent is what it should be.
  const int exponent = std::max(-14, size == 0 ? -14 : std::ilogb(size));
  const int steps = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
  return with_sign(((exponent + 14) << 10) + steps);
}

float from_bfloat16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

std::uint16_t to_bfloat16(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const auto upper = static_cast<std::uint16_t>(bits >> 16);
  // Rounding could turn a NaN's fraction into that of infinity.
  if (std::isnan(number)) return static_cast<std::uint16_t>(upper | 0x40U);
  const std::uint32_t half_step = 0x7FFFU + (upper & 1U);
  return static_cast<std::uint16_t>((std::uint64_t{bits} + half_step) >> 16);
}

}  // namespace heed
