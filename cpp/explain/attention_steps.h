#pragma once

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// One head of attention with every number on the way, to be looked at: memory grows with queries × keys × dim.
struct AttentionSteps {
  Tensor<float> products;      ///< (1, queries, keys, d_k): q_ic k_jc, the terms of each dot product
  Tensor<float> scores;        ///< (1, 1, queries, keys): q_i·k_j
  Tensor<float> scaled;        ///< (1, 1, queries, keys): q_i·k_j / (√d_k · temperature)
  Tensor<float> masked;        ///< (1, 1, queries, keys): the same, −∞ where the mask hides the key
  Tensor<float> exponentials;  ///< (1, 1, queries, keys): exp(s_ij − max_j s_ij), 0 where hidden
  Tensor<float> sums;          ///< (1, 1, queries, 1): those of each query added up
  Tensor<float> weights;       ///< (1, 1, queries, keys): A, each exponential's share of the sum
  Tensor<float> shares;        ///< (1, queries, keys, d_v): A_ij v_jc, the terms of each output
  Tensor<float> output;        ///< (1, 1, queries, d_v): A V
};

/// softmax(QKᵀ/√d_k)V (A. Vaswani et al., "Attention Is All You Need", 2017, section 3.2.1) one step at a time. Scores,
/// scaled, masked, weights and output are what `attention` computes; the rest is worked out from them. Causal: query i
/// sees keys j ≤ i.
///
/// @param query  (1, 1, queries, d_k)
/// @param key    (1, 1, keys, d_k)
/// @param value  (1, 1, keys, d_v)
///
/// Throws as `attention` does, and std::invalid_argument for more than one head.
[[nodiscard]] AttentionSteps attention_steps(const TensorView<float>& query, const TensorView<float>& key,
                                             const TensorView<float>& value, bool causal, double temperature);

}  // namespace heed::explain
