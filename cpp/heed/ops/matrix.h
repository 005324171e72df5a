#pragma once

#include <type_traits>

#include "heed/tensor/tensor.h"

namespace heed {

/// A row-major matrix somebody else owns, its rows `stride` elements apart.
template <typename Element>
struct MatrixView {
  Element* data = nullptr;  ///< of the first row
  Index rows = 0;           ///< how many
  Index columns = 0;        ///< how many
  Index stride = 0;         ///< elements from one row to the next, at least `columns`

  /// Row i, which is not checked.
  [[nodiscard]] Element* row(Index i) const { return data + i * stride; }
  /// Rows [first, first + count), which are not checked.
  [[nodiscard]] MatrixView middle_rows(Index first, Index count) const { return {row(first), count, columns, stride}; }
  /// The same, to be read.
  operator MatrixView<const Element>() const  // NOLINT(google-explicit-constructor): as of pointers
    requires(!std::is_const_v<Element>)
  {
    return {data, rows, columns, stride};
  }
};

/// Its rows lie one after the other.
template <typename Element>
[[nodiscard]] MatrixView<Element> matrix(Element* data, Index rows, Index columns) {
  return {data, rows, columns, columns};
}

/// The (length × dim) of a tensor of one batch and one head.
template <typename Scalar>
[[nodiscard]] MatrixView<Scalar> matrix(Tensor<Scalar>& tensor) {
  return matrix(tensor.data.data(), tensor.shape.length, tensor.shape.dim);
}
/// The same, to be read.
template <typename Scalar>
[[nodiscard]] MatrixView<const Scalar> matrix(const Tensor<Scalar>& tensor) {
  return matrix(tensor.data.data(), tensor.shape.length, tensor.shape.dim);
}

// The products that attention and linear maps are made of.

/// c = a · b
template <typename Scalar>
void multiply(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c);

/// c += a · b
template <typename Scalar>
void multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c);

/// c = a · bᵀ
template <typename Scalar>
void multiply_transposed(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                         const MatrixView<Scalar>& c);

/// c += a · bᵀ
template <typename Scalar>
void multiply_transposed_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                             const MatrixView<Scalar>& c);

/// c += aᵀ · b
template <typename Scalar>
void transpose_multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                            const MatrixView<Scalar>& c);

}  // namespace heed
