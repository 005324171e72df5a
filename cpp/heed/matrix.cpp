#include "heed/matrix.h"

#include <Eigen/Core>
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

// Float products run on the kernels' register tiles, double ones on Eigen.

template <typename Scalar>
void multiply_transposed(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                         const MatrixView<Scalar>& c) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available().front().multiply_transposed(
        {a.data, a.stride, 1, b.data, b.stride, c.data, c.stride, a.rows, b.rows, a.columns});
  } else {
    map(c).noalias() = map(a) * map(b).transpose();
  }
}

template <typename Scalar>
void multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available().front().multiply_add(
        {a.data, a.stride, 1, b.data, b.stride, c.data, c.stride, a.rows, b.columns, a.columns});
  } else {
    map(c).noalias() += map(a) * map(b);
  }
}

template <typename Scalar>
void transpose_multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                            const MatrixView<Scalar>& c) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available().front().multiply_add(
        {a.data, 1, a.stride, b.data, b.stride, c.data, c.stride, a.columns, b.columns, a.rows});
  } else {
    map(c).noalias() += map(a).transpose() * map(b);
  }
}

#define HEED_INSTANTIATE(Scalar)                                                                         \
  template void multiply_transposed(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,    \
                                    const MatrixView<Scalar>&);                                          \
  template void multiply_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,           \
                             const MatrixView<Scalar>&);                                                 \
  template void transpose_multiply_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, \
                                       const MatrixView<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
