#include "heed/matrix.h"

#include <Eigen/Core>
#include <type_traits>

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
void multiply_transposed(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                         const MatrixView<Scalar>& c) {
  map(c).noalias() = map(a) * map(b).transpose();
}

template <typename Scalar>
void multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c) {
  map(c).noalias() += map(a) * map(b);
}

#define HEED_INSTANTIATE(Scalar)                                                                      \
  template void multiply_transposed(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, \
                                    const MatrixView<Scalar>&);                                       \
  template void multiply_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,        \
                             const MatrixView<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
