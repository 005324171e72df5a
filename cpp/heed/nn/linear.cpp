#include "heed/nn/linear.h"

#include <algorithm>

namespace heed {

template <typename Scalar>
void linear(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight, const Scalar* bias,
            const MatrixView<Scalar>& y) {
  for (Index i = 0; i < y.rows; ++i) {
    if (bias == nullptr) {
      std::fill_n(y.row(i), y.columns, Scalar{0});
    } else {
      std::copy_n(bias, y.columns, y.row(i));
    }
  }
  multiply_add(x, weight, y);
}

template <typename Scalar>
void linear_backward(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight,
                     const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                     Scalar* weight_gradient, Scalar* bias_gradient) {
  std::vector<Scalar> transposed(static_cast<std::size_t>(x.rows * x.columns));
  transpose(x, matrix(transposed.data(), x.columns, x.rows));
  multiply_add(matrix<const Scalar>(transposed.data(), x.columns, x.rows), y_gradient,
               matrix(weight_gradient, weight.rows, weight.columns));
  if (bias_gradient != nullptr)
    for (Index i = 0; i < y_gradient.rows; ++i)
      for (Index j = 0; j < y_gradient.columns; ++j) bias_gradient[j] += y_gradient.row(i)[j];
  multiply_transposed(y_gradient, weight, x_gradient);
}

#define HEED_INSTANTIATE(Scalar)                                                                        \
  template void linear(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, const Scalar*, \
                       const MatrixView<Scalar>&);                                                      \
  template void linear_backward(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,       \
                                const MatrixView<const Scalar>&, const MatrixView<Scalar>&, Scalar*, Scalar*);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
