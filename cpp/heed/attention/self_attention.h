#pragma once

#include <cstdint>
#include <span>

#include "heed/attention/attention.h"
#include "heed/ops/matrix_buffer.h"

namespace heed {

/// What a layer's self-attention is to work on: `batch` sequences of `length` tokens, one after the other, with heads side by
/// side. Query head h uses key and value head ⌊h · key_value_heads / heads⌋.
struct SelfAttentionShape {
  Index batch = 0;                               ///< sequences
  Index length = 0;                              ///< tokens of each
  Index heads = 0;                               ///< of queries
  Index key_value_heads = 0;                     ///< a divisor of `heads`
  Index dim = 0;                                 ///< of one head's vectors: d_k = d_v
  bool causal = true;                            ///< query i sees keys j ≤ i
  bool scaled = true;                            ///< logits are q·k / √dim; otherwise q·k
  std::span<const std::uint8_t> visible_keys{};  ///< (length) 0 hides the key from all queries; empty: all are visible
};

/// Self-attention and its gradients. Sequences of up to kLongestKept tokens are attended to head by head as the formula is
/// written, and their weights kept for the way back; longer ones, and those with hidden keys, by `attention`, streaming.
template <typename Scalar>
class SelfAttention {
 public:
  /// The most tokens of a sequence whose weights are kept.
  static constexpr Index kLongestKept = 256;

  // Of the rows of all sequences, to be filled in before `forward`. `backward` needs them as they were.
  MatrixBuffer<Scalar> query;  ///< (batch · length × heads · dim)
  MatrixBuffer<Scalar> key;    ///< (batch · length × key_value_heads · dim)
  MatrixBuffer<Scalar> value;  ///< (batch · length × key_value_heads · dim)

  /// Writes softmax(QKᵀ/√dim) V (batch · length × heads · dim).
  void forward(const SelfAttentionShape& shape, const MatrixView<Scalar>& output);

  /// ∂Q, ∂K and ∂V from that of the output of the last `forward`.
  struct Gradients {
    MatrixBuffer<Scalar> query;   ///< as query
    MatrixBuffer<Scalar> key;     ///< as key
    MatrixBuffer<Scalar> value;   ///< as value
    std::vector<Scalar> weights;  ///< of some rows of one head
  };
  /// Writes them; the buffers of an earlier call are used again.
  ///
  /// @param output_gradient  (batch · length × heads · dim)
  void backward(const MatrixView<const Scalar>& output_gradient, Gradients& gradients) const;

  /// The weights of the last `forward`: (batch, heads, length, length).
  [[nodiscard]] Tensor<Scalar> weights() const;

 private:
  /// What the streaming way works on.
  struct Streaming {
    Tensor<Scalar> query, key, value;
    Tensor<std::uint8_t> mask;  ///< (1, 1, 1, length), or empty
    AttentionResult<Scalar> result;
  };

  [[nodiscard]] bool keeps_weights() const { return shape_.length <= kLongestKept && streaming_.mask.data.empty(); }
  [[nodiscard]] AttentionOptions<Scalar> options() const;
  void forward_of_head(Index b, Index h, const MatrixView<Scalar>& output);
  void backward_of_head(Index b, Index h, const MatrixView<const Scalar>& output_gradient, Gradients& gradients) const;

  SelfAttentionShape shape_;
  std::vector<Scalar> kept_;  ///< (batch, heads, length, length)
  Streaming streaming_;
};

}  // namespace heed
