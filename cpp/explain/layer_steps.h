#pragma once

#include "heed/attention/multi_head.h"

namespace heed::explain {

/// A feed-forward layer with ReLU (A. Vaswani et al., "Attention Is All You Need", 2017, section 3.3, equation 2).
struct FeedForwardWeights {
  Tensor<float> w1;  ///< (1, 1, d_model, hidden)
  Tensor<float> b1;  ///< (1, 1, 1, hidden)
  Tensor<float> w2;  ///< (1, 1, hidden, d_model)
};

/// One layer of a transformer, every vector on the way. Without norms, so that vectors in the plane can be added by eye.
struct LayerSteps {
  Tensor<float> query, key, value;  ///< (1, heads, tokens, d_k)
  Tensor<float> scores;             ///< (1, heads, tokens, tokens): q_i·k_j
  Tensor<float> logits;             ///< (1, heads, tokens, tokens): q_i·k_j / √d_k, −∞ where the mask hides the key
  Tensor<float> weights;            ///< (1, heads, tokens, tokens)
  Tensor<float> heads;              ///< (1, heads, tokens, d_v): the weighted sums of the values
  Tensor<float> contributions;      ///< (1, heads, tokens, d_model): each head times its rows of W^O
  Tensor<float> output;             ///< (1, 1, tokens, d_model): Concat(heads) W^O, the sum of the contributions
  Tensor<float> after_attention;    ///< (1, 1, tokens, d_model): x + output
  Tensor<float> hidden;             ///< (1, 1, tokens, hidden): max(0, y W1 + b1) of y = after_attention
  Tensor<float> feed_forward;       ///< (1, 1, tokens, d_model): hidden W2
  Tensor<float> result;             ///< (1, 1, tokens, d_model): after_attention + feed_forward
  Tensor<float> qk_circuits;        ///< (1, heads, d_model, d_model): W^Q (W^K)ᵀ, scores of vectors before projection
  Tensor<float> ov_circuits;        ///< (1, heads, d_model, d_model): W^V W^O, what a token that is attended to adds
};

/// The circuits are those of N. Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021, as row vectors
/// are multiplied from the left here.
///
/// @param x  (1, 1, tokens, d_model)
///
/// Throws std::invalid_argument naming the shapes that do not fit together.
[[nodiscard]] LayerSteps layer_steps(const TensorView<float>& x, const MultiHead<float>& attention_weights,
                                     const FeedForwardWeights& feed_forward, bool causal);

}  // namespace heed::explain
