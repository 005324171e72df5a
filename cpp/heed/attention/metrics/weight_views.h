#pragma once

#include <span>

#include "heed/tensor/tensor.h"

namespace heed {

/// Weights without what goes to the first key, a sink.
template <typename Scalar>
struct WithoutFirstKey {
  Tensor<Scalar> weights;       ///< (batch, heads, queries, keys): A_ij / Σ_k>0 A_ik, and 0 for j = 0
  Tensor<Scalar> entropy;       ///< (batch, heads, queries, 1): that of the new rows, in nats
  Tensor<Scalar> visible_keys;  ///< (batch, heads, queries, 1): how many keys are left to each query
};

/// Each row is divided by the sum of what is left, added in double precision and not taken as 1 − A_i0, which loses its
/// digits where the sink is strong. A row that has nothing else is 0, with entropy 0.
///
/// @param weights       (batch, heads, queries, keys)
/// @param visible_keys  (batch, heads, queries, 1); the first key is one of those that a query sees
///
/// Throws std::invalid_argument where the shapes do not fit, and OutOfMemory naming the size.
template <typename Scalar>
[[nodiscard]] WithoutFirstKey<Scalar> without_first_key(const TensorView<Scalar>& weights,
                                                        const TensorView<Scalar>& visible_keys);

/// The largest weights: `share` of as many as are visible, at least one, and all that equal the least of those; the others are
/// 0. A NaN stays.
///
/// @param visible_keys  (batch, heads, queries, 1)
/// @param share         from 0 to 1
///
/// Throws std::invalid_argument where the shapes or the share do not fit, and OutOfMemory naming the size.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> largest_weights(const TensorView<Scalar>& weights, const TensorView<Scalar>& visible_keys,
                                             double share);

/// What each key gets from some queries of one head, Σ_i A_ij over `queries`: (1, 1, 1, keys). A query that is named twice
/// counts twice. Throws std::invalid_argument for more than one head and for queries that are not there.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> received_from(const TensorView<Scalar>& weights, std::span<const std::int32_t> queries);

}  // namespace heed
