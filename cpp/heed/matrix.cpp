#include "heed/matrix.h"

#include <Eigen/Core>
#include <algorithm>
#include <type_traits>

#include "heed/kernels/dispatch.h"

namespace heed {
namespace {

template <typename Element>
auto map(const MatrixView<Element>& view) {
  using RowMajor = Eigen::Matrix<std::remove_const_t<Element>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Target = std::conditional_t<std::is_const_v<Element>, const RowMajor, RowMajor>;
  return Eigen::Map<Target, Eigen::Unaligned, Eigen::OuterStride<>>(view.data, view.rows, view.columns,
                                                                    Eigen::OuterStride<>(view.stride));
}

}  // namespace

template <typename Scalar>
void transpose(const MatrixView<const Scalar>& from, const MatrixView<Scalar>& to) {
  constexpr Index kBlock = 16;
  for (Index row = 0; row < from.rows; row += kBlock)
    for (Index column = 0; column < from.columns; column += kBlock) {
      const Index rows = std::min(kBlock, from.rows - row);
      const Index columns = std::min(kBlock, from.columns - column);
      for (Index j = 0; j < columns; ++j)
        for (Index i = 0; i < rows; ++i) to.row(column + j)[row + i] = from.row(row + i)[column + j];
    }
}

// Float products run on the kernels' register tiles, double ones on Eigen.

template <typename Scalar>
void multiply_transposed(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                         const MatrixView<Scalar>& c) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::multiply_transposed({a.data, a.stride, b.data, b.stride, c.data, c.stride, a.rows, b.rows, a.columns});
  } else {
    map(c).noalias() = map(a) * map(b).transpose();
  }
}

template <typename Scalar>
void multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::multiply_add({a.data, a.stride, b.data, b.stride, c.data, c.stride, a.rows, b.columns, a.columns});
  } else {
    map(c).noalias() += map(a) * map(b);
  }
}

#define HEED_INSTANTIATE(Scalar)                                                                      \
  template void transpose(const MatrixView<const Scalar>&, const MatrixView<Scalar>&);                \
  template void multiply_transposed(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, \
                                    const MatrixView<Scalar>&);                                       \
  template void multiply_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,        \
                             const MatrixView<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
