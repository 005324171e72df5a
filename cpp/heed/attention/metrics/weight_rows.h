#pragma once

#include "heed/attention/metrics/weight_statistics.h"
#include "heed/tensor/tensor.h"

namespace heed {

/// What each row of weights of any origin amounts to; each tensor is (batch, heads, queries, 1). A NaN in a row is in all of
/// the row's numbers but `end`. Rows without keys have 0 throughout.
template <typename Scalar>
struct WeightRows {
  Tensor<Scalar>
      entropy;         ///< −Σ_j p_ij ln p_ij in nats, of the shares p_ij = A_ij / Σ_j A_ij, so that it is never below 0
  Tensor<Scalar> sum;  ///< Σ_j A_ij, added in double precision: 1 where the row comes from a softmax
  Tensor<Scalar> largest;   ///< max_j A_ij
  Tensor<Scalar> smallest;  ///< min_j A_ij
  Tensor<Scalar> end;       ///< one past the last key whose weight is not 0; 0 where all are
};

/// Of weights (batch, heads, queries, keys). Throws OutOfMemory naming the size.
template <typename Scalar>
[[nodiscard]] WeightRows<Scalar> weight_rows(const TensorView<Scalar>& weights);

/// Statistics over all cells of the rows, which have `keys` weights each; as those of the weights themselves, but for the
/// rounding of the sums. Throws std::invalid_argument where keys < 0 or the rows' shapes differ.
template <typename Scalar>
[[nodiscard]] WeightStatistics weight_statistics(const WeightRows<Scalar>& rows, Index keys);

/// How many of its `keys` keys each query may see, (batch, heads, queries, 1), as far as weights alone tell, from the ends of
/// their rows. Heads of two or more queries in which every weight after key i + offset is 0 count as causal, with
/// offset = 0 or, where there are more keys than queries, offset = keys − queries (a cache); the least offset that fits is
/// taken. In all others every query may see every key.
///
/// @param end  (batch, heads, queries, 1), as `weight_rows` returns it
///
/// Throws std::invalid_argument where keys < 0.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> visible_keys_of_weights(const TensorView<Scalar>& end, Index keys);

}  // namespace heed
