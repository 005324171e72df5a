#include "heed/ops/matrix.h"

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

/// c = a · b or c += a · b, where aᵀ or bᵀ may be what is given. Float products run on the kernels' register tiles, double ones
/// on Eigen.
template <bool kTransposesA, bool kTransposesB, bool kAdds, typename Scalar>
void product(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available().front().multiply({.a = a.data,
                                           .a_row = kTransposesA ? 1 : a.stride,
                                           .a_step = kTransposesA ? a.stride : 1,
                                           .b = b.data,
                                           .b_stride = b.stride,
                                           .b_transposed = kTransposesB,
                                           .c = c.data,
                                           .c_stride = c.stride,
                                           .adds = kAdds,
                                           .rows = c.rows,
                                           .columns = c.columns,
                                           .depth = kTransposesA ? a.rows : a.columns});
  } else {
    const auto left = [&] {
      if constexpr (kTransposesA)
        return map(a).transpose();
      else
        return map(a);
    }();
    const auto right = [&] {
      if constexpr (kTransposesB)
        return map(b).transpose();
      else
        return map(b);
    }();
    if constexpr (kAdds)
      map(c).noalias() += left * right;
    else
      map(c).noalias() = left * right;
  }
}

}  // namespace

template <typename Scalar>
void multiply(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c) {
  product<false, false, false>(a, b, c);
}

template <typename Scalar>
void multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b, const MatrixView<Scalar>& c) {
  product<false, false, true>(a, b, c);
}

template <typename Scalar>
void multiply_transposed(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                         const MatrixView<Scalar>& c) {
  product<false, true, false>(a, b, c);
}

template <typename Scalar>
void multiply_transposed_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                             const MatrixView<Scalar>& c) {
  product<false, true, true>(a, b, c);
}

template <typename Scalar>
void transpose_multiply_add(const MatrixView<const Scalar>& a, const MatrixView<const Scalar>& b,
                            const MatrixView<Scalar>& c) {
  product<true, false, true>(a, b, c);
}

#define HEED_INSTANTIATE(Scalar)                                                                                       \
  template void multiply(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&, const MatrixView<Scalar>&); \
  template void multiply_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,                         \
                             const MatrixView<Scalar>&);                                                               \
  template void multiply_transposed(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,                  \
                                    const MatrixView<Scalar>&);                                                        \
  template void multiply_transposed_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,              \
                                        const MatrixView<Scalar>&);                                                    \
  template void transpose_multiply_add(const MatrixView<const Scalar>&, const MatrixView<const Scalar>&,               \
                                       const MatrixView<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
