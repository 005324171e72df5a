#pragma once

#include "heed/tensor/tensor.h"

namespace heed {

/// Σ term(i) over i < count, in 16 parts: what compilers can add in vectors, as they may not change the order of one sum.
template <typename Scalar, typename Term>
[[nodiscard]] Scalar sum_of(Index count, const Term& term) {
  constexpr Index kParts = 16;
  Scalar parts[kParts] = {};
  Index i = 0;
  for (; i + kParts <= count; i += kParts)
    for (Index p = 0; p < kParts; ++p) parts[p] += term(i + p);
  for (; i < count; ++i) parts[0] += term(i);
  for (Index half = kParts / 2; half > 0; half /= 2)
    for (Index p = 0; p < half; ++p) parts[p] += parts[p + half];
  return parts[0];
}

/// Whether none of the numbers is NaN or infinite.
template <typename Scalar>
[[nodiscard]] bool all_finite(const Scalar* numbers, Index count) {
  return sum_of<Scalar>(count, [=](Index i) { return 0 * numbers[i]; }) == 0;
}

/// The larger of two numbers; NaN where one of them is.
template <typename Scalar>
[[nodiscard]] Scalar larger(Scalar a, Scalar b) {
  return b > a || b != b ? b : a;
}

/// The smaller of two numbers; NaN where one of them is.
template <typename Scalar>
[[nodiscard]] Scalar smaller(Scalar a, Scalar b) {
  return b < a || b != b ? b : a;
}

}  // namespace heed
