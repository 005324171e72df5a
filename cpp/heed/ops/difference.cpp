#include "heed/ops/difference.h"

#include <cmath>

namespace heed {
namespace {

void check_shapes(const Shape& a, const Shape& b) {
  require(a == b, {"one tensor has shape ", a, " and the other ", b});
}

}  // namespace

template <typename Scalar>
Difference difference(const TensorView<Scalar>& a, const TensorView<Scalar>& b) {
  check_shapes(a.shape, b.shape);
  double largest = 0, apart = 0, size = 0;
  const Index count = a.shape.size();
  for (Index i = 0; i < count; ++i) {
    const double of = static_cast<double>(b.data[i]);
    const double by = std::abs(static_cast<double>(a.data[i]) - of);
    // A NaN is kept once it is met.
    if (by > largest || std::isnan(by)) largest = by;
    apart += by * by;
    size += of * of;
  }
  return {largest, apart == 0 ? 0 : std::sqrt(apart / size)};
}

template <typename Scalar>
Tensor<Scalar> subtract(const TensorView<Scalar>& a, const TensorView<Scalar>& b) {
  check_shapes(a.shape, b.shape);
  Tensor<Scalar> result(a.shape, "a difference");
  for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] = a.data[i] - b.data[i];
  return result;
}

template Difference difference(const TensorView<float>&, const TensorView<float>&);
template Difference difference(const TensorView<double>&, const TensorView<double>&);
template Tensor<float> subtract(const TensorView<float>&, const TensorView<float>&);
template Tensor<double> subtract(const TensorView<double>&, const TensorView<double>&);

}  // namespace heed
