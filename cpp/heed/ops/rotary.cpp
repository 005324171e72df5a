#include "heed/ops/rotary.h"

#include <cmath>
#include <type_traits>

#include "heed/kernels/dispatch.h"
#include "heed/tensor/detail/power.h"

namespace heed {

template <typename Scalar>
RotaryPositions<Scalar>::RotaryPositions(Index length, Index heads, Index dim, double base)
    : columns_(checked_product("a row of angles", {heads, dim})) {
  require(dim % 2 == 0, {"rotary positions turn pairs of components, but the heads have ", dim});
  const Index angles = checked_product("the rotary angles", {length, columns_});
  cosines_.reserve(static_cast<std::size_t>(angles));
  sines_.reserve(static_cast<std::size_t>(angles));
  for (Index p = 0; p < length; ++p)
    for (Index j = 0; j < columns_; ++j) {
      const Index even = j % dim / 2 * 2;
      const double angle = static_cast<double>(p) * power(base, -static_cast<double>(even) / static_cast<double>(dim));
      cosines_.push_back(static_cast<Scalar>(std::cos(angle)));
      sines_.push_back(static_cast<Scalar>(j % 2 == 0 ? -std::sin(angle) : std::sin(angle)));
    }
}

template <typename Scalar>
void RotaryPositions<Scalar>::rotate(const MatrixView<Scalar>& x, Index length, int direction) const {
  const Index numbers = static_cast<Index>(cosines_.size());
  require(x.columns <= columns_ && length >= 1 && (columns_ == 0 || length <= numbers / columns_),
          {"there are angles for ", columns_ == 0 ? 0 : numbers / columns_, " positions of ", columns_,
           " components, but x has ", length, " of ", x.columns});
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().rotate({.x = x.data,
                                                      .rows = x.rows,
                                                      .columns = x.columns,
                                                      .length = length,
                                                      .cosines = cosines_.data(),
                                                      .sines = sines_.data(),
                                                      .stride = columns_,
                                                      .direction = static_cast<float>(direction)});
    return;
  }
  for (Index i = 0; i < x.rows; ++i) {
    const Scalar* cosines = cosines_.data() + i % length * columns_;
    const Scalar* sines = sines_.data() + i % length * columns_;
    for (Index j = 0; j < x.columns; j += 2) {
      const Scalar even = x.row(i)[j];
      const Scalar odd = x.row(i)[j + 1];
      x.row(i)[j] = even * cosines[j] + odd * sines[j] * static_cast<Scalar>(direction);
      x.row(i)[j + 1] = odd * cosines[j + 1] + even * sines[j + 1] * static_cast<Scalar>(direction);
    }
  }
}

template class RotaryPositions<float>;
template class RotaryPositions<double>;

}  // namespace heed
