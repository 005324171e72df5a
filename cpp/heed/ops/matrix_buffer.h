#pragma once

#include <algorithm>

#include "heed/ops/matrix.h"

namespace heed {

/// A matrix that owns its numbers and grows as needed.
template <typename Scalar>
struct MatrixBuffer {
  std::vector<Scalar> numbers;  ///< rows · columns, row-major
  Index rows = 0;               ///< how many
  Index columns = 0;            ///< how many

  /// (n × d); what it held is lost.
  MatrixView<Scalar> resize(Index n, Index d) {
    numbers.resize(static_cast<std::size_t>(Shape{1, 1, n, d}.size()));
    rows = n;
    columns = d;
    return view();
  }
  /// (n × d) zeros.
  MatrixView<Scalar> zeros(Index n, Index d) {
    resize(n, d);
    std::fill(numbers.begin(), numbers.end(), Scalar{0});
    return view();
  }
  /// To be written, until its size changes.
  MatrixView<Scalar> view() { return matrix(numbers.data(), rows, columns); }
  /// To be read, until its size changes.
  MatrixView<const Scalar> constant() const { return matrix(numbers.data(), rows, columns); }
};

}  // namespace heed
