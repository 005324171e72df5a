#include "heed/ops/norms/rms_norm.h"

#include <cmath>
#include <type_traits>

#include "heed/kernels/dispatch.h"

namespace heed {
namespace {

template <typename Scalar>
Scalar inverse_root_mean_square(const Scalar* row, Index size, double epsilon) {
  Scalar squares = 0;
  for (Index j = 0; j < size; ++j) squares += row[j] * row[j];
  return 1 / std::sqrt(squares / static_cast<Scalar>(size) + static_cast<Scalar>(epsilon));
}

}  // namespace

template <typename Scalar>
void rms_norm(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon, const MatrixView<Scalar>& y) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().norm_rows({.x = x.data,
                                                         .rows = x.rows,
                                                         .columns = x.columns,
                                                         .gain = gain,
                                                         .bias = nullptr,
                                                         .epsilon = static_cast<float>(epsilon),
                                                         .centred = false,
                                                         .y = y.data});
    return;
  }
  for (Index i = 0; i < x.rows; ++i) {
    const Scalar r = inverse_root_mean_square(x.row(i), x.columns, epsilon);
    for (Index j = 0; j < x.columns; ++j) y.row(i)[j] = x.row(i)[j] * r * gain[j];
  }
}

template <typename Scalar>
void rms_norm_backward(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon,
                       const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                       Scalar* gain_gradient) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().norm_rows_backward({.x = x.data,
                                                                  .rows = x.rows,
                                                                  .columns = x.columns,
                                                                  .gain = gain,
                                                                  .epsilon = static_cast<float>(epsilon),
                                                                  .centred = false,
                                                                  .y_gradient = y_gradient.data,
                                                                  .x_gradient = x_gradient.data,
                                                                  .gain_gradient = gain_gradient,
                                                                  .bias_gradient = nullptr});
    return;
  }
  for (Index i = 0; i < x.rows; ++i) {
    const Scalar r = inverse_root_mean_square(x.row(i), x.columns, epsilon);
    const Scalar* dy = y_gradient.row(i);
    Scalar mean_product = 0;
    for (Index j = 0; j < x.columns; ++j) {
      mean_product += dy[j] * gain[j] * x.row(i)[j];
      gain_gradient[j] += dy[j] * x.row(i)[j] * r;
    }
    mean_product /= static_cast<Scalar>(x.columns);
    for (Index j = 0; j < x.columns; ++j)
      x_gradient.row(i)[j] += r * (dy[j] * gain[j] - r * r * x.row(i)[j] * mean_product);
  }
}

#define HEED_INSTANTIATE(Scalar)                                                                             \
  template void rms_norm(const MatrixView<const Scalar>&, const Scalar*, double, const MatrixView<Scalar>&); \
  template void rms_norm_backward(const MatrixView<const Scalar>&, const Scalar*, double,                    \
                                  const MatrixView<const Scalar>&, const MatrixView<Scalar>&, Scalar*);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
