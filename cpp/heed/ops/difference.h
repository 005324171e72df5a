#pragma once

#include "heed/tensor/tensor.h"

namespace heed {

/// How far two tensors of the same shape lie apart, in double precision.
struct Difference {
  double largest = 0;   ///< max |a − b|
  double relative = 0;  ///< ‖a − b‖ / ‖b‖, over all elements (Frobenius); 0 where they are equal
};

/// Both NaN where an element is. Throws std::invalid_argument where the shapes differ.
template <typename Scalar>
[[nodiscard]] Difference difference(const TensorView<Scalar>& a, const TensorView<Scalar>& b);

/// a − b, place by place. Throws as `difference` does.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> subtract(const TensorView<Scalar>& a, const TensorView<Scalar>& b);

}  // namespace heed
