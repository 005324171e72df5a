#include "heed/ops/norms/layer_norm.h"

#include <cmath>
#include <type_traits>

#include "heed/kernels/dispatch.h"

namespace heed {
namespace {

/// Of one row: what x̂ is made with.
template <typename Scalar>
struct Moments {
  Scalar mean = 0;
  Scalar inverse_deviation = 0;

  Moments(const Scalar* row, Index size, double epsilon) {
    const Scalar count = static_cast<Scalar>(size);
    for (Index j = 0; j < size; ++j) mean += row[j];
    mean /= count;
    Scalar squares = 0;
    for (Index j = 0; j < size; ++j) squares += (row[j] - mean) * (row[j] - mean);
    inverse_deviation = 1 / std::sqrt(squares / count + static_cast<Scalar>(epsilon));
  }
};

}  // namespace

template <typename Scalar>
void layer_norm(const MatrixView<const Scalar>& x, const Scalar* gain, const Scalar* bias, double epsilon,
                const MatrixView<Scalar>& y) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().norm_rows({.x = x.data,
                                                         .rows = x.rows,
                                                         .columns = x.columns,
                                                         .gain = gain,
                                                         .bias = bias,
                                                         .epsilon = static_cast<float>(epsilon),
                                                         .centred = true,
                                                         .y = y.data});
    return;
  }
  for (Index i = 0; i < x.rows; ++i) {
    const Moments<Scalar> moments(x.row(i), x.columns, epsilon);
    for (Index j = 0; j < x.columns; ++j)
      y.row(i)[j] =
          (x.row(i)[j] - moments.mean) * moments.inverse_deviation * gain[j] + (bias == nullptr ? Scalar{0} : bias[j]);
  }
}

template <typename Scalar>
void layer_norm_backward(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon,
                         const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                         Scalar* gain_gradient, Scalar* bias_gradient) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().norm_rows_backward({.x = x.data,
                                                                  .rows = x.rows,
                                                                  .columns = x.columns,
                                                                  .gain = gain,
                                                                  .epsilon = static_cast<float>(epsilon),
                                                                  .centred = true,
                                                                  .y_gradient = y_gradient.data,
                                                                  .x_gradient = x_gradient.data,
                                                                  .gain_gradient = gain_gradient,
                                                                  .bias_gradient = bias_gradient});
    return;
  }
  for (Index i = 0; i < x.rows; ++i) {
    const Moments<Scalar> moments(x.row(i), x.columns, epsilon);
    const Scalar* dy = y_gradient.row(i);
    const auto normalised = [&](Index j) { return (x.row(i)[j] - moments.mean) * moments.inverse_deviation; };
    Scalar mean = 0;
    Scalar mean_product = 0;
    for (Index j = 0; j < x.columns; ++j) {
      mean += dy[j] * gain[j];
      mean_product += dy[j] * gain[j] * normalised(j);
      gain_gradient[j] += dy[j] * normalised(j);
      if (bias_gradient != nullptr) bias_gradient[j] += dy[j];
    }
    mean /= static_cast<Scalar>(x.columns);
    mean_product /= static_cast<Scalar>(x.columns);
    for (Index j = 0; j < x.columns; ++j)
      x_gradient.row(i)[j] += (dy[j] * gain[j] - mean - normalised(j) * mean_product) * moments.inverse_deviation;
  }
}

#define HEED_INSTANTIATE(Scalar)                                                                  \
  template void layer_norm(const MatrixView<const Scalar>&, const Scalar*, const Scalar*, double, \
                           const MatrixView<Scalar>&);                                            \
  template void layer_norm_backward(const MatrixView<const Scalar>&, const Scalar*, double,       \
                                    const MatrixView<const Scalar>&, const MatrixView<Scalar>&, Scalar*, Scalar*);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
