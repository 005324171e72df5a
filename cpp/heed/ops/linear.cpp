#include "heed/ops/linear.h"

#include <algorithm>

namespace heed {
namespace {

template <typename Scalar>
void parameters_backward(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                         Scalar* weight_gradient, Scalar* bias_gradient) {
  transpose_multiply_add(x, y_gradient, matrix(weight_gradient, x.columns, y_gradient.columns));
  if (bias_gradient == nullptr) return;
  for (Index i = 0; i < y_gradient.rows; ++i)
    for (Index j = 0; j < y_gradient.columns; ++j) bias_gradient[j] += y_gradient.row(i)[j];
}

}  // namespace

template <typename Scalar>
void linear(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight, const Scalar* bias,
            const MatrixView<Scalar>& y) {
  if (bias == nullptr) return multiply(x, weight, y);
  for (Index i = 0; i < y.rows; ++i) std::copy_n(bias, y.columns, y.row(i));
  multiply_add(x, weight, y);
}

template <typename Scalar>
void linear_add(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight, const Scalar* bias,
                const MatrixView<Scalar>& y) {
  if (bias != nullptr)
    for (Index i = 0; i < y.rows; ++i)
      for (Index j = 0; j < y.columns; ++j) y.row(i)[j] += bias[j];
  multiply_add(x, weight, y);
}

template <typename Scalar>
void linear_backward(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight,
                     const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                     Scalar* weight_gradient, Scalar* bias_gradient) {
  parameters_backward(x, y_gradient, weight_gradient, bias_gradient);
  multiply_transposed(y_gradient, weight, x_gradient);
}

template <typename Scalar>
void linear_backward_add(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight,
                         const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                         Scalar* weight_gradient, Scalar* bias_gradient) {
  parameters_backward(x, y_gradient, weight_gradient, bias_gradient);
  multiply_transposed_add(y_gradient, weight, x_gradient);
}

#define HEED_INSTANTIATE(Scalar)                                                                               \
  template void linear(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, const Scalar*,        \
                       const MatrixView<Scalar>&);                                                             \
  template void linear_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, const Scalar*,    \
                           const MatrixView<Scalar>&);                                                         \
  template void linear_backward(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,              \
                                const MatrixView<const Scalar>&, const MatrixView<Scalar>&, Scalar*, Scalar*); \
  template void linear_backward_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,          \
                                    const MatrixView<const Scalar>&, const MatrixView<Scalar>&, Scalar*, Scalar*);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
