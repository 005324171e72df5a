#include "heed/tensor/strided_view.h"

#include "heed/tensor/half.h"

namespace heed {
namespace {

template <typename From, typename To>
void copy_elements(const StridedView<From>& from, const StridedView<To>& to) {
  const auto [batch, heads, length, dim] = from.shape;
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < heads; ++h)
      for (Index i = 0; i < length; ++i)
        for (Index c = 0; c < dim; ++c) to.at(b, h, i, c) = static_cast<To>(from.at(b, h, i, c));
}

template <typename To, typename From>
Tensor<To> row_major(const StridedView<const From>& view, const char* name) {
  Tensor<To> tensor(view.shape, name);
  if (!tensor.data.empty()) copy_elements(view, view_of(tensor));
  return tensor;
}

}  // namespace

Strides contiguous_strides(const Shape& shape) {
  if (shape.size() == 0) return {};  // the product of the other axes may be no Index
  return {shape.heads * shape.length * shape.dim, shape.length * shape.dim, shape.dim, 1};
}

template <typename Scalar>
Tensor<Scalar> contiguous(const StridedView<const Scalar>& view, const char* name) {
  return row_major<Scalar>(view, name);
}

template <typename Half>
Tensor<float> widened(const StridedView<const Half>& view, const char* name) {
  return row_major<float>(view, name);
}

template Tensor<float> widened(const StridedView<const Float16>&, const char*);
template Tensor<float> widened(const StridedView<const BFloat16>&, const char*);

template <typename Scalar>
void copy(const TensorView<Scalar>& tensor, const StridedView<Scalar>& to) {
  require(tensor.shape == to.shape, {"a tensor of shape ", tensor.shape, " cannot be copied to shape ", to.shape});
  if (tensor.shape.size() == 0) return;
  copy_elements<const Scalar, Scalar>({tensor.data, tensor.shape, contiguous_strides(tensor.shape)}, to);
}

#define HEED_INSTANTIATE(Scalar)                                                     \
  template Tensor<Scalar> contiguous(const StridedView<const Scalar>&, const char*); \
  template void copy(const TensorView<Scalar>&, const StridedView<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
HEED_INSTANTIATE(std::uint8_t)
#undef HEED_INSTANTIATE

}  // namespace heed
