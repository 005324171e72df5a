#include "heed/tensor/tensor.h"

#include <algorithm>

namespace heed {

Index Shape::size() const {
  Index product = 0;
  require(std::min({batch, heads, length, dim}) >= 0, {"shape ", *this, " has a negative axis"});
  require(multiply_sizes({batch, heads, length, dim}, product),
          {"shape ", *this, " has more elements than can be counted"});
  return product;
}

Shape Shape::aligned_right(std::span<const Index> axes) {
  constexpr std::size_t kAxes = 4;
  require(!axes.empty() && axes.size() <= kAxes,
          {"there are ", static_cast<Index>(axes.size()), " axes; there must be 1 to 4"});
  Index all[kAxes] = {1, 1, 1, 1};
  std::copy(axes.begin(), axes.end(), all + kAxes - axes.size());
  return {all[0], all[1], all[2], all[3]};
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
  check_data();
}

template <typename Scalar>
void Tensor<Scalar>::check_data() const {
  const Index expected = shape.size();
  const auto count = static_cast<Index>(data.size());
  require(count == expected, {"shape ", shape, " needs ", expected, " values but there are ", count});
}

template struct Tensor<float>;
template struct Tensor<double>;
template struct Tensor<std::uint8_t>;

}  // namespace heed
