#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "heed/ops/matrix.h"
#include "heed/tensor/element_type.h"

namespace heed {

class ThreadPool;
namespace kernels {
struct LinearLayer;
}

/// A matrix of weights as it lies in a file: (outputs × inputs), or (inputs × outputs) where inputs come first.
struct StoredMatrix {
  const std::byte* data = nullptr;       ///< need not be aligned
  ElementType type = ElementType::kF32;  ///< F64, F32, F16 or BF16
  Index outputs = 0;                     ///< how many
  Index inputs = 0;                      ///< how many
  Index stride = 0;                      ///< numbers from one stored row to the next
  bool inputs_first = false;             ///< rows are of inputs, columns of outputs
};

/// The weights W (outputs × inputs) of a linear layer. Weights used as the type they are stored as stay where they lie, which
/// must outlive this; others are converted once. Products are of float32; of Q8 and Q4 weights with few rows of x, they are of x
/// rounded to 16 bits in groups of 256, which errs by less than 1 / 65534 of the group's largest number, a 250th of what Q8 itself
/// errs by; an x there that is not finite makes y NaN.
class LinearWeights {
 public:
  /// `as` is the type of `stored`, F32, Q8 or Q4. F64 is held as F32. Throws std::invalid_argument where the sizes are negative
  /// or too large to count, the types are others, or a weight without a value in blocks is asked for in blocks.
  LinearWeights(const StoredMatrix& stored, ElementType as);

  /// y = x Wᵀ + bias for x (rows × inputs) and y (rows × outputs), which must not overlap. Rows may be apart. A null bias is 0.
  /// Work is shared among the pool's threads; a null pool has the caller do it all. May be called from several threads.
  void apply(const MatrixView<const float>& x, const float* bias, const MatrixView<float>& y,
             ThreadPool* pool = nullptr) const;

  /// The weights of one output: the look-up of an embedding.
  void row(Index output, std::span<float> to) const;

  /// How many numbers a row of y has.
  [[nodiscard]] Index outputs() const { return stored_.outputs; }
  /// How many numbers a row of x has.
  [[nodiscard]] Index inputs() const { return stored_.inputs; }
  /// The type that the weights are held as.
  [[nodiscard]] ElementType type() const { return stored_.type; }
  /// Bytes of memory taken besides what was stored.
  [[nodiscard]] std::size_t owned_bytes() const;
  /// Whether what was stored is used where it lies.
  [[nodiscard]] bool is_view() const { return stored_.data != nullptr; }

 private:
  [[nodiscard]] const std::byte* data() const { return owned_.empty() ? stored_.data : owned_.data(); }
  [[nodiscard]] kernels::LinearLayer kernel_layer() const;
  void convert(ElementType as);
  /// `count` rows from the output `first` on, one after the other; not of blocks.
  void rows(Index first, Index count, std::span<float> to) const;

  StoredMatrix stored_;
  std::vector<std::byte> owned_;
  std::vector<float> scales_;  ///< of blocks
};

}  // namespace heed
