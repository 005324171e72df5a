#pragma once

#include <concepts>
#include <span>
#include <type_traits>

#include "heed/tensor/tensor.h"

namespace heed {

/// How many elements lie between one index of an axis and the next. 0 repeats an axis; negative strides run backwards.
struct Strides {
  Index batch = 0;   ///< elements from one sequence to the next
  Index heads = 0;   ///< from one head to the next
  Index length = 0;  ///< from one token to the next
  Index dim = 1;     ///< from one component to the next

  /// Whether all four are equal.
  bool operator==(const Strides&) const = default;
};

/// Those of row-major elements without gaps. Throws as Shape::size.
[[nodiscard]] Strides contiguous_strides(const Shape& shape);

/// A tensor somebody else owns, with any strides: `data` is the element at (0, 0, 0, 0). Who makes one sees to it that all of
/// its elements lie within the memory that is there.
template <typename Element>
struct StridedView {
  Element* data = nullptr;  ///< of the element at (0, 0, 0, 0)
  Shape shape;              ///< of all axes
  Strides strides;          ///< in elements, not bytes

  /// The element at those indices, which are not checked.
  [[nodiscard]] Element& at(Index b, Index h, Index i, Index c) const {
    return data[b * strides.batch + h * strides.heads + i * strides.length + c * strides.dim];
  }
  /// The first element of one head.
  [[nodiscard]] Element* head(Index b, Index h) const { return data + b * strides.batch + h * strides.heads; }

  /// Whether the (length × dim) elements of each head lie one after the other.
  [[nodiscard]] bool has_contiguous_heads() const {
    return (shape.dim <= 1 || strides.dim == 1) && (shape.length <= 1 || strides.length == shape.dim);
  }

  /// The same, to be read.
  operator StridedView<const Element>() const  // NOLINT(google-explicit-constructor): as of pointers
    requires(!std::is_const_v<Element>)
  {
    return {data, shape, strides};
  }
};

/// What std::mdspan and its like have, of rank 1 to 4.
template <typename View>
concept MdspanLike = requires(const View& view) {
  { View::rank() } -> std::convertible_to<std::size_t>;
  { view.extent(0) } -> std::convertible_to<Index>;
  { view.stride(0) } -> std::convertible_to<Index>;
  { *view.data_handle() };
  requires std::is_pointer_v<std::remove_cvref_t<decltype(view.data_handle())>>;
  requires View::rank() >= 1 && View::rank() <= 4;
};

/// What Eigen's matrices, maps and blocks with direct access have. `Matrix` may be const, and a reference.
template <typename Matrix>
concept EigenLike = requires(std::remove_reference_t<Matrix>& matrix) {
  { matrix.rows() } -> std::convertible_to<Index>;
  { matrix.cols() } -> std::convertible_to<Index>;
  { matrix.innerStride() } -> std::convertible_to<Index>;
  { matrix.outerStride() } -> std::convertible_to<Index>;
  { *matrix.data() };
  { static_cast<bool>(std::remove_cvref_t<Matrix>::IsRowMajor) };
};

/// A matrix of Eigen's that has memory of its own, rather than being a view of some that is there: its copy is of its own type.
template <typename Matrix>
concept OwningEigenLike =
    EigenLike<Matrix> && std::same_as<typename std::remove_cvref_t<Matrix>::PlainObject, std::remove_cvref_t<Matrix>>;

/// Row-major numbers of a given shape. Throws std::invalid_argument where there are more or fewer than the shape's.
template <typename Element, std::size_t kExtent>
[[nodiscard]] StridedView<Element> view_of(std::span<Element, kExtent> numbers, const Shape& shape) {
  const Strides strides = contiguous_strides(shape);
  const auto count = static_cast<Index>(numbers.size());
  require(count == shape.size(), {"shape ", shape, " needs ", shape.size(), " values but there are ", count});
  return {numbers.data(), shape, strides};
}

/// A tensor, to be written.
template <typename Scalar>
[[nodiscard]] StridedView<Scalar> view_of(Tensor<Scalar>& tensor) {
  return view_of(std::span<Scalar>(tensor.data), tensor.shape);
}
/// A tensor, to be read.
template <typename Scalar>
[[nodiscard]] StridedView<const Scalar> view_of(const Tensor<Scalar>& tensor) {
  return view_of(std::span<const Scalar>(tensor.data), tensor.shape);
}
/// A view of a temporary would outlive it.
template <typename Scalar>
StridedView<const Scalar> view_of(const Tensor<Scalar>&& tensor) = delete;

/// An mdspan of rank 1 to 4; axes that it lacks at the left have size 1.
template <MdspanLike View>
[[nodiscard]] auto view_of(const View& view) {
  using Element = std::remove_pointer_t<std::remove_cvref_t<decltype(view.data_handle())>>;
  constexpr std::size_t kMissing = 4 - View::rank();
  Index sizes[4] = {1, 1, 1, 1};
  Index strides[4] = {0, 0, 0, 0};
  for (std::size_t axis = 0; axis < View::rank(); ++axis) {
    sizes[kMissing + axis] = static_cast<Index>(view.extent(axis));
    strides[kMissing + axis] = static_cast<Index>(view.stride(axis));
  }
  return StridedView<Element>{
      view.data_handle(), {sizes[0], sizes[1], sizes[2], sizes[3]}, {strides[0], strides[1], strides[2], strides[3]}};
}

/// An Eigen matrix as one head, (1, 1, rows, columns), whichever way it is stored. Maps and blocks may be temporary; a matrix that
/// has memory of its own may not: the view would outlive it.
template <EigenLike Matrix>
  requires(std::is_lvalue_reference_v<Matrix> || !OwningEigenLike<Matrix>)
[[nodiscard]] auto view_of(Matrix&& matrix) {  // NOLINT(cppcoreguidelines-missing-std-forward): only looked at
  using Element = std::remove_reference_t<decltype(*matrix.data())>;
  const auto inner = static_cast<Index>(matrix.innerStride());
  const auto outer = static_cast<Index>(matrix.outerStride());
  constexpr bool kByRow = std::remove_cvref_t<Matrix>::IsRowMajor;
  const Strides strides = kByRow ? Strides{0, 0, outer, inner} : Strides{0, 0, inner, outer};
  const Shape shape{1, 1, static_cast<Index>(matrix.rows()), static_cast<Index>(matrix.cols())};
  return StridedView<Element>{matrix.data(), shape, strides};
}

/// A row-major copy. Throws OutOfMemory naming `name` and the bytes it would take.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> contiguous(const StridedView<const Scalar>& view, const char* name = "a tensor");

/// A row-major copy as float32, which holds every number of 16 bits exactly. `Half` is Float16 or BFloat16. Throws as
/// `contiguous`.
template <typename Half>
[[nodiscard]] Tensor<float> widened(const StridedView<const Half>& view, const char* name = "a tensor");

/// Writes `tensor` to where `to` points. Throws std::invalid_argument where the shapes differ.
template <typename Scalar>
void copy(const TensorView<Scalar>& tensor, const StridedView<Scalar>& to);

}  // namespace heed
