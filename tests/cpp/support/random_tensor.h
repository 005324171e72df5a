#pragma once

#include "heed/tensor/random.h"
#include "heed/tensor/tensor.h"

namespace heed::test {

/// Normal numbers times `size`.
template <typename Scalar = float>
Tensor<Scalar> random_tensor(RandomState& random, const Shape& shape, double size = 1) {
  Tensor<Scalar> tensor(shape);
  for (Scalar& number : tensor.data) number = static_cast<Scalar>(size * random.normal());
  return tensor;
}

/// A whole number from `least` to `most`.
inline Index random_index(RandomState& random, Index least, Index most) {
  return least + static_cast<Index>(random.uniform() * static_cast<double>(most - least + 1));
}

}  // namespace heed::test
