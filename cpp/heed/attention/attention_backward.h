#pragma once

#include "heed/attention/attention.h"

namespace heed {

/// ∂loss/∂ of what `attention` was given; each has the shape of what it belongs to. `bias` is empty where there is none.
template <typename Scalar>
struct AttentionGradients {
  Tensor<Scalar> query;  ///< (batch, heads, queries, d_k)
  Tensor<Scalar> key;    ///< (batch, kv_heads, keys, d_k)
  Tensor<Scalar> value;  ///< (batch, kv_heads, keys, d_v)
  Tensor<Scalar> bias;   ///< of the shape that the bias was given in, or empty
};

/// The gradients of `attention`, streaming: the weights are recomputed tile by tile from the log-sum-exp, A_ij = exp(s_ij −
/// lse_i), and never kept (T. Dao et al., "FlashAttention", 2022, algorithm 4). With G = ∂loss/∂output,
///   ∂V = Aᵀ G,   ∂s_ij = A_ij (G_i·V_j − G_i·O_i),   ∂bias = ∂s summed over the axes it was broadcast along,
///   ∂Q = scale · ∂z K,   ∂K = scale · ∂zᵀ Q,   where ∂z = ∂s, times 1 − tanh²(z/c) under a softcap c.
/// A hidden pair has gradient 0 whatever its query, key and value hold.
///
/// @param forward          the result of `attention` on the same tensors and options; its output and log_sum_exp are used
/// @param output_gradient  (batch, heads, queries, d_v): G
///
/// Throws as `attention` does, and where `forward` or `output_gradient` do not fit.
template <typename Scalar>
[[nodiscard]] AttentionGradients<Scalar> attention_backward(const TensorView<Scalar>& query,
                                                            const TensorView<Scalar>& key,
                                                            const TensorView<Scalar>& value,
                                                            const AttentionResult<Scalar>& forward,
                                                            const TensorView<Scalar>& output_gradient,
                                                            const AttentionOptions<Scalar>& options = {});

}  // namespace heed
