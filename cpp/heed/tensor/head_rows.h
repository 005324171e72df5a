#pragma once

#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

/// The rows of each head, which become more and fewer: (1, heads, length, dim), with room for more behind those of every head. A
/// row that is added costs its own size on average, where a longer Tensor costs that of all rows.
struct HeadRows {
  Shape shape;              ///< of what there is; `length` counts the rows of a head
  Index capacity = 0;       ///< rows of a head that there is room for
  std::vector<float> data;  ///< heads · capacity · dim

  HeadRows() = default;
  /// Zeros, without room for more. Throws OutOfMemory naming `name` and the bytes it would take.
  HeadRows(Index heads, Index length, Index dim, const char* name);
  /// Takes over a tensor of one sequence. Throws std::invalid_argument for one of another number.
  explicit HeadRows(Tensor<float> rows);

  /// Numbers from a head to the next.
  [[nodiscard]] Index step() const { return capacity * shape.dim; }
  /// The (length × dim) matrix of one head, to be written; the index is not checked.
  [[nodiscard]] float* head(Index h) { return data.data() + h * step(); }
  /// The same, to be read.
  [[nodiscard]] const float* head(Index h) const { return data.data() + h * step(); }

  /// Makes room for at least `rows` rows of a head, and for a quarter more where that needs other memory. Throws OutOfMemory; the
  /// rows stay as they are.
  void reserve(Index rows);
  /// The first `length` rows stay; what is added has any value. Throws as reserve() does, and std::invalid_argument for a negative
  /// length.
  void resize(Index length);
  /// Adds the rows of each head. Throws as reserve() does, and std::invalid_argument for others than (1, heads, any, dim).
  void append(const HeadRows& more);

  /// A copy without the room.
  [[nodiscard]] Tensor<float> tensor() const;
};

}  // namespace heed
