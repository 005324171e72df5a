#pragma once

#include "heed/attention/attention.h"
#include "heed/tensor/random.h"

namespace heed {

/// Which standard deviation the random weights of `MultiHead` have.
enum class Init {
  /// √(2 / (d_model + d_k)) for all four, where d_k is one head's width: the source experiment's.
  kPerHead,
  /// √(2 / (fan_in + fan_out)) with each map taken whole, d_model → d_model: the variance of equation 16 of X. Glorot
  /// and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
  kGlorot,
};

/// The weights of multi-head attention (Vaswani et al. 2017, section 3.2.2): head_i = Attention(X W_i^Q, X W_i^K, X
/// W_i^V), output = concat(head_1, …, head_h) W^O, with d_k = d_v = d_model / heads.
template <typename Scalar>
struct MultiHead {
  Tensor<Scalar> w_query;   ///< (1, heads, d_model, d_k)
  Tensor<Scalar> w_key;     ///< (1, heads, d_model, d_k)
  Tensor<Scalar> w_value;   ///< (1, heads, d_model, d_v)
  Tensor<Scalar> w_output;  ///< (1, 1, heads · d_v, d_model)
};

/// Normal weights of mean 0, drawn as doubles in the order W^Q, W^K, W^V, W^O and then rounded. Throws
/// std::invalid_argument where d_model or heads is not positive or d_model is not divisible by heads.
template <typename Scalar>
[[nodiscard]] MultiHead<Scalar> random_multi_head(RandomState& random, Index d_model, Index heads,
                                                  Init init = Init::kPerHead);

/// The queries, keys and values of all heads, each (batch, heads, length, d_k).
template <typename Scalar>
struct Projections {
  Tensor<Scalar> query;  ///< X W^Q
  Tensor<Scalar> key;    ///< X W^K
  Tensor<Scalar> value;  ///< X W^V
};

/// X W^Q, X W^K, X W^V for x of shape (batch, 1, length, d_model). Throws std::invalid_argument where x does not fit.
template <typename Scalar>
[[nodiscard]] Projections<Scalar> project(const TensorView<Scalar>& x, const MultiHead<Scalar>& weights);

/// concat(heads) W^O: (batch, heads, length, d_v) to (batch, 1, length, d_model). Throws std::invalid_argument where
/// the heads do not fit.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> join_heads(const TensorView<Scalar>& heads, const MultiHead<Scalar>& weights);

/// What `multi_head_attention` computes.
template <typename Scalar>
struct MultiHeadResult {
  Tensor<Scalar> output;              ///< (batch, 1, length, d_model)
  AttentionResult<Scalar> attention;  ///< of all heads, before W^O
};

/// Multi-head self-attention of x, (batch, 1, length, d_model). Errors as for `project` and `attention`.
template <typename Scalar>
[[nodiscard]] MultiHeadResult<Scalar> multi_head_attention(const TensorView<Scalar>& x,
                                                           const MultiHead<Scalar>& weights,
                                                           const AttentionOptions<Scalar>& options = {});

}  // namespace heed
