#pragma once

#include "explain/encoder_decoder/encoder_decoder_layout.h"
#include "heed/attention/attention.h"
#include "heed/ops/matrix_buffer.h"

// The parts of an encoder-decoder, each with the norm after the sum, as in A. Vaswani et al., "Attention Is All You Need",
// 2017, section 3.1. Each keeps what its backward pass needs, and adds to the gradients of what it was given.

namespace heed::explain {

/// The flat buffers that a layout points into.
template <typename Scalar>
struct ParameterBuffers {
  const Scalar* values = nullptr;
  Scalar* gradients = nullptr;
};

/// y = norm(E[token] + P[position]).
template <typename Scalar>
class EmbeddingSublayer {
 public:
  /// `tokens`: `batch` sequences of equal length.
  MatrixView<const Scalar> forward(const ParameterBuffers<Scalar>& buffers, Index table,
                                   const EncoderDecoderLayout::Embedding& map, std::span<const std::int32_t> tokens,
                                   Index batch, Index d_model);
  void backward(const ParameterBuffers<Scalar>& buffers, const MatrixView<const Scalar>& y_gradient);

 private:
  Index table_ = -1;
  Index length_ = 0;
  EncoderDecoderLayout::Embedding map_;
  std::vector<std::int32_t> tokens_;
  MatrixBuffer<Scalar> sum_, output_, sum_gradient_;
};

/// y = norm(x + Attention(x W^Q, m W^K, m W^V) W^O), all maps with biases, one head. Self-attention where m is x; cross-attention
/// where m comes from the other sequence (section 3.2.3): queries of the one, keys and values of the other.
template <typename Scalar>
class AttentionSublayer {
 public:
  /// x (batch · queries × d), memory (batch · keys × d).
  MatrixView<const Scalar> forward(const ParameterBuffers<Scalar>& buffers, const EncoderDecoderLayout::Attention& map,
                                   const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& memory,
                                   Index batch, bool causal);
  /// Adds to the gradients of x and of the memory, which may be the same matrix.
  void backward(const ParameterBuffers<Scalar>& buffers, const MatrixView<const Scalar>& y_gradient,
                const MatrixView<Scalar>& x_gradient, const MatrixView<Scalar>& memory_gradient);
  /// A (batch, 1, queries, keys) of the last `forward`.
  [[nodiscard]] const Tensor<Scalar>& weights() const { return result_.weights; }

 private:
  EncoderDecoderLayout::Attention map_;
  AttentionOptions<Scalar> options_;
  MatrixBuffer<Scalar> x_, memory_, sum_, output_, sum_gradient_;
  Tensor<Scalar> query_, key_, value_;
  AttentionResult<Scalar> result_;
};

/// y = norm(x + gelu(x W_1 + b_1) W_2 + b_2).
template <typename Scalar>
class FeedForwardSublayer {
 public:
  MatrixView<const Scalar> forward(const ParameterBuffers<Scalar>& buffers,
                                   const EncoderDecoderLayout::FeedForward& map, const MatrixView<const Scalar>& x,
                                   Index d_ff);
  void backward(const ParameterBuffers<Scalar>& buffers, const MatrixView<const Scalar>& y_gradient,
                const MatrixView<Scalar>& x_gradient);

 private:
  EncoderDecoderLayout::FeedForward map_;
  MatrixBuffer<Scalar> x_, up_, hidden_, sum_, output_, sum_gradient_, hidden_gradient_;
};

}  // namespace heed::explain
