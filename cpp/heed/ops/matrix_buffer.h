#pragma once

#include <algorithm>

#include "heed/ops/matrix.h"

namespace heed {

/// A matrix that owns its numbers and grows as needed.
template <typename Scalar>
struct MatrixBuffer {
  std::vector<Scalar> numbers;
  Index rows = 0;
  Index columns = 0;

  /// What it held is lost.
  MatrixView<Scalar> resize(Index n, Index d) {
    rows = n;
    columns = d;
    numbers.resize(static_cast<std::size_t>(Shape{1, 1, n, d}.size()));
    return view();
  }
  MatrixView<Scalar> zeros(Index n, Index d) {
    resize(n, d);
    std::fill(numbers.begin(), numbers.end(), Scalar{0});
    return view();
  }
  MatrixView<Scalar> view() { return matrix(numbers.data(), rows, columns); }
  MatrixView<const Scalar> constant() const { return matrix(numbers.data(), rows, columns); }
};

}  // namespace heed
