#include "heed/nn/rms_norm.h"

#include <cmath>

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
  for (Index i = 0; i < x.rows; ++i) {
    const Scalar r = inverse_root_mean_square(x.row(i), x.columns, epsilon);
    for (Index j = 0; j < x.columns; ++j) y.row(i)[j] = x.row(i)[j] * r * gain[j];
  }
}

template <typename Scalar>
void rms_norm_backward(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon,
                       const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                       Scalar* gain_gradient) {
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
