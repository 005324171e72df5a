#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "heed/message.h"

namespace heed {

using Index = std::ptrdiff_t;

/// The four axes every tensor here has. `length` counts tokens, `dim` the components of one token's vector.
struct Shape {
  Index batch = 1;
  Index heads = 1;
  Index length = 0;
  Index dim = 0;

  /// Number of elements. Throws std::invalid_argument if an axis is negative or the product overflows.
  [[nodiscard]] Index size() const;

  /// Number of elements where it may be too large to count exactly.
  [[nodiscard]] double elements() const;

  bool operator==(const Shape&) const = default;
};

/// A tensor somebody else owns: row-major, (batch, heads, length, dim). No data means "not given".
template <typename Scalar>
struct TensorView {
  const Scalar* data = nullptr;
  Shape shape;

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
  Shape shape;
  std::vector<Scalar> data;

  Tensor() = default;

  /// Zeros. Throws OutOfMemory naming `name` and the bytes it would take.
  explicit Tensor(const Shape& shape_, const char* name = "a tensor");

  /// Takes over `values`. Throws std::invalid_argument if their number is not the shape's.
  Tensor(const Shape& shape_, std::vector<Scalar> values);

  // NOLINTNEXTLINE(google-explicit-constructor): a tensor is usable wherever it is only looked at
  operator TensorView<Scalar>() const { return {data.data(), shape}; }

  [[nodiscard]] Scalar* head(Index b, Index h) {
    return data.data() + (b * shape.heads + h) * shape.length * shape.dim;
  }
  [[nodiscard]] const Scalar* head(Index b, Index h) const { return TensorView<Scalar>(*this).head(b, h); }
};

}  // namespace heed
