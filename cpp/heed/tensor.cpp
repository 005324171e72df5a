#include "heed/tensor.h"

namespace heed {

Index Shape::size() const {
  Index product = 1;
  for (const Index axis : {batch, heads, length, dim}) {
    require(axis >= 0, {"shape ", *this, " has a negative axis"});
    require(!__builtin_mul_overflow(product, axis, &product),
            {"shape ", *this, " has more elements than can be counted"});
  }
  return product;
}

double Shape::elements() const {
  return static_cast<double>(batch) * static_cast<double>(heads) * static_cast<double>(length) *
         static_cast<double>(dim);
}

template <typename Scalar>
Tensor<Scalar>::Tensor(const Shape& shape_, const char* name) : shape(shape_) {
  const double bytes = shape.elements() * sizeof(Scalar);
  try {
    if (bytes > static_cast<double>(data.max_size()) * sizeof(Scalar)) throw std::bad_alloc();
    data.resize(static_cast<std::size_t>(shape.size()));
  } catch (const std::bad_alloc&) {
    throw OutOfMemory(message(
        {name, " of shape ", shape, " would take ", bytes / 1e9, " GB, more than this machine or browser gives"}));
  }
}

template <typename Scalar>
Tensor<Scalar>::Tensor(const Shape& shape_, std::vector<Scalar> values) : shape(shape_), data(std::move(values)) {
  const auto count = static_cast<Index>(data.size());
  require(count == shape.size(), {"shape ", shape, " needs ", shape.size(), " values but there are ", count});
}

template struct Tensor<float>;
template struct Tensor<double>;
template struct Tensor<std::uint8_t>;

}  // namespace heed
