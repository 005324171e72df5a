#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "heed/tensor/message.h"
#include "heed/tensor/sizes.h"

namespace heed {

/// The four axes every tensor here has. `length` counts tokens, `dim` the components of one token's vector.
struct Shape {
  Index batch = 1;   ///< sequences
  Index heads = 1;   ///< of each sequence
  Index length = 0;  ///< tokens
  Index dim = 0;     ///< components of a vector

  /// Number of elements. Throws std::invalid_argument if an axis is negative or the product overflows.
  [[nodiscard]] Index size() const;

  /// One to four axes, aligned at the right as NumPy and ONNX broadcast: {4, 6} is (1, 1, 4, 6). Throws
  /// std::invalid_argument for any other number of axes.
  [[nodiscard]] static Shape aligned_right(std::span<const Index> axes);
  /// The same of a list.
  [[nodiscard]] static Shape aligned_right(std::initializer_list<Index> axes) {
    return aligned_right(std::span<const Index>(axes.begin(), axes.size()));
  }

  /// Number of elements where it may be too large to count exactly.
  [[nodiscard]] double elements() const;

  /// Whether all four axes are equal.
  bool operator==(const Shape&) const = default;
};

/// A tensor somebody else owns: row-major, (batch, heads, length, dim). No data means "not given".
template <typename Scalar>
struct TensorView {
  const Scalar* data = nullptr;  ///< of the first element
  Shape shape;                   ///< of all axes

  /// The (length × dim) matrix of one head.
  [[nodiscard]] const Scalar* head(Index b, Index h) const {
    return data + (b * shape.heads + h) * shape.length * shape.dim;
  }
};

/// Thrown where a result is larger than the memory that can be had; says how large.
struct OutOfMemory : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A tensor that owns its elements: row-major, (batch, heads, length, dim). Of float, double or std::uint8_t.
template <typename Scalar>
struct Tensor {
  Shape shape;               ///< of all axes
  std::vector<Scalar> data;  ///< as many as the shape asks for

  Tensor() = default;

  /// Zeros. Throws OutOfMemory naming `name` and the bytes it would take.
  explicit Tensor(const Shape& shape_, const char* name = "a tensor");

  /// Takes over `values`. Throws std::invalid_argument if their number is not the shape's.
  Tensor(const Shape& shape_, std::vector<Scalar> values);

  /// Throws std::invalid_argument where `data` has been given another number of values than `shape` says.
  // NOLINTNEXTLINE(google-explicit-constructor): a tensor is usable wherever it is only looked at
  operator TensorView<Scalar>() const {
    check_data();
    return {data.data(), shape};
  }

  /// The (length × dim) matrix of one head, to be written; indices are not checked.
  [[nodiscard]] Scalar* head(Index b, Index h) {
    return data.data() + (b * shape.heads + h) * shape.length * shape.dim;
  }
  /// The same, to be read.
  [[nodiscard]] const Scalar* head(Index b, Index h) const {
    return data.data() + (b * shape.heads + h) * shape.length * shape.dim;
  }

 private:
  void check_data() const;
};

/// A view that options keep, or none. It does not take a temporary tensor, whose data would be gone when it is looked at, and
/// tells a tensor without elements from one that is not given.
template <typename Scalar>
struct OptionalView : TensorView<Scalar> {
  OptionalView() = default;
  // NOLINTBEGIN(google-explicit-constructor): options are assigned tensors
  /// Given where the view has data.
  OptionalView(const TensorView<Scalar>& view) : TensorView<Scalar>(view), is_given_(view.data != nullptr) {}
  /// A tensor that outlives the view.
  OptionalView(const Tensor<Scalar>& tensor) : TensorView<Scalar>(tensor), is_given_(true) {}
  OptionalView(const Tensor<Scalar>&&) = delete;
  // NOLINTEND(google-explicit-constructor)

  /// Whether a tensor was given, one without elements too.
  [[nodiscard]] bool is_given() const { return is_given_; }

 private:
  bool is_given_ = false;
};

}  // namespace heed
