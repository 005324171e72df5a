#pragma once

#include <cstddef>
#include <initializer_list>
#include <limits>

namespace heed {

using Index = std::ptrdiff_t;  ///< Sizes and positions: signed, of 64 bits natively and 32 in WebAssembly.

// Arithmetic on sizes and positions that may come from anywhere. On 32 bits an Index ends at 2³¹ − 1.

/// Writes the product of `sizes`; false where one is negative or the product, taken from the left, is no Index.
[[nodiscard]] constexpr bool multiply_sizes(std::initializer_list<Index> sizes, Index& product) {
  product = 1;
  for (const Index size : sizes)
    if (size < 0 || __builtin_mul_overflow(product, size, &product)) return false;
  return true;
}

/// The product of `sizes`, the number of elements of what errors call `name`. Throws OutOfMemory that names the sizes where
/// one is negative or the product is no Index.
[[nodiscard]] Index checked_product(const char* name, std::initializer_list<Index> sizes);

/// a + b, or the end of the range of Index that it lies beyond.
[[nodiscard]] constexpr Index saturating_sum(Index a, Index b) {
  Index sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<Index>::min() : std::numeric_limits<Index>::max();
}

/// a − b, or the end of the range of Index that it lies beyond.
[[nodiscard]] constexpr Index saturating_difference(Index a, Index b) {
  Index difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? std::numeric_limits<Index>::min() : std::numeric_limits<Index>::max();
}

/// The whole part of a number, or the end of the range of Index that it lies beyond; 0 for NaN.
[[nodiscard]] constexpr Index saturating_whole(double number) {
  constexpr double kEnd =
      -static_cast<double>(std::numeric_limits<Index>::min());  // exact, unlike that of the largest Index
  if (number >= kEnd) return std::numeric_limits<Index>::max();
  if (number < -kEnd) return std::numeric_limits<Index>::min();
  return number == number ? static_cast<Index>(number) : 0;
}

/// ⌈count / size⌉ for count ≥ 0 and size ≥ 1, without the sum count + size − 1.
[[nodiscard]] constexpr Index blocks_of(Index count, Index size) { return count / size + (count % size == 0 ? 0 : 1); }

}  // namespace heed
