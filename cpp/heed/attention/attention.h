#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

class ThreadPool;

/// What `attention` is asked to do beyond softmax(QKᵀ/√d_k)V. The semantics are those of the ONNX operator Attention
/// (opset 23 to 25), applied in this order:
///   s = scale / temperature · q·k              (scale defaults to 1/√d_k)
///   s = softcap · tanh(s / softcap)            where softcap > 0
///   s = s + bias
///   s = −∞                                     where mask, bias (−∞), causal, window or key_lengths hide the key
template <typename Scalar>
struct AttentionOptions {
  /// scale / temperature must be finite in Scalar too; a softcap above 0 must stay so in Scalar, and finite.
  std::optional<double> scale = {};
  double temperature = 1;  ///< divides the scale
  double softcap = 0;      ///< 0: none
  /// 1 = may attend, 0 = may not. Each axis of mask and bias is that of (batch, heads, queries, keys), or 1: broadcast
  /// (`Shape::aligned_right` of fewer axes). They are looked at, not kept: the tensors must outlive the call.
  OptionalView<std::uint8_t> mask = {};
  /// −∞ hides a key. A finite bias, however low, is added: a row of nothing but the lowest float is an even share.
  OptionalView<Scalar> bias = {};
  /// Query i sees keys j ≤ i + query_offset.
  bool causal = false;
  /// Query i sees keys i + query_offset − left ≤ j ≤ i + query_offset + right.
  std::optional<Index> window_left = {};
  std::optional<Index> window_right = {};  ///< as `window_left`
  /// Position of query 0 among the keys: the number of cached keys when generating.
  Index query_offset = 0;
  /// Per batch, how many keys are not padding. Empty: all of them.
  std::vector<Index> key_lengths = {};
  /// Explicit way: also return the (queries × keys) weights, and the logits where asked for. Otherwise the streaming
  /// way is taken, whose memory does not grow with queries × keys.
  bool weights = false;
  bool logits = false;  ///< only with `weights`
  /// Threads to compute on, over heads and blocks of queries; 0: one a processor. The result does not depend on it.
  Index threads = 0;
  /// Threads that the caller keeps between calls (heed/threads/thread_pool.h), in place of `threads`, which every call starts anew;
  /// null: there are none. The pool must outlive the call.
  ThreadPool* pool = nullptr;
};

/// What `attention` computes.
template <typename Scalar>
struct AttentionResult {
  Tensor<Scalar> output;        ///< (batch, heads, queries, d_v): A V
  Tensor<Scalar> log_sum_exp;   ///< (batch, heads, queries, 1): ln Σ_j exp(s_ij); −∞ where nothing is visible
  Tensor<Scalar> entropy;       ///< (batch, heads, queries, 1): −Σ_j A_ij ln A_ij in nats
  Tensor<Scalar> visible_keys;  ///< (batch, heads, queries, 1): how many keys the query may see
  Tensor<Scalar> weights;       ///< (batch, heads, queries, keys): A, or empty
  Tensor<Scalar> logits;        ///< (batch, heads, queries, keys): s, −∞ where hidden, or empty
};

/// Scaled dot-product attention, A = softmax(QKᵀ/√d_k), output = A V (A. Vaswani et al., "Attention Is All You Need",
/// 2017, equation 1), with the options above.
///
/// @param query  (batch, heads, queries, d_k)
/// @param key    (batch, kv_heads, keys, d_k); heads is a multiple of kv_heads, and query head h uses key and
///               value head ⌊h · kv_heads / heads⌋ (J. Ainslie et al., "GQA", 2023)
/// @param value  (batch, kv_heads, keys, d_v)
///
/// A query that sees no key has output, weights and entropy 0 and log-sum-exp −∞. A hidden key never reaches the
/// result, even if it holds NaN or infinity; a NaN that is seen stays NaN.
///
/// Throws std::invalid_argument naming the shapes or values that do not fit, and OutOfMemory naming the size.
template <typename Scalar>
[[nodiscard]] AttentionResult<Scalar> attention(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                                const TensorView<Scalar>& value,
                                                const AttentionOptions<Scalar>& options = {});

/// Queries [row, row + rows) and keys [column, column + columns) of one head.
struct WeightsBlock {
  Index batch = 0;    ///< from 0
  Index head = 0;     ///< from 0
  Index row = 0;      ///< the first query
  Index rows = 0;     ///< how many queries
  Index column = 0;   ///< the first key
  Index columns = 0;  ///< how many keys
};

/// A block of the weights of one head, recomputed as A_ij = exp(s_ij − lse_i): (1, 1, rows, columns).
/// `log_sum_exp` is that of the result of `attention` on the same query, key and options; V is not needed.
///
/// Throws as `attention` does, and for a block that does not lie within (queries × keys).
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> attention_weights(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                               const TensorView<Scalar>& log_sum_exp, const WeightsBlock& block,
                                               const AttentionOptions<Scalar>& options = {});

/// The same of tensors: template arguments are not deduced through their conversion to views.
template <typename Scalar>
[[nodiscard]] AttentionResult<Scalar> attention(const Tensor<Scalar>& query, const Tensor<Scalar>& key,
                                                const Tensor<Scalar>& value,
                                                const AttentionOptions<Scalar>& options = {}) {
  return attention(TensorView<Scalar>(query), TensorView<Scalar>(key), TensorView<Scalar>(value), options);
}

}  // namespace heed
