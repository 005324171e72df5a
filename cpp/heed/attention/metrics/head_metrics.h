#pragma once

#include <vector>

#include "heed/tensor/mean.h"
#include "heed/tensor/tensor.h"

namespace heed {

/// What a head looks at, as means over queries; each is a share of attention but for the distance. A query that sees no key
/// is left out. With p = i + offset the position of query i among the keys:
struct HeadMetrics {
  double previous_token = 0;  ///< A_i,p−1: attention to the token before; over queries that have one
  double first_token = 0;     ///< A_i0: attention to token 0, a sink; over queries after it
  double self = 0;            ///< A_ip: attention of a token to itself; over queries that are among the keys
  double mean_distance = 0;   ///< Σ_j A_ij |p − j|, in tokens
  double local = 0;           ///< attention within two tokens to either side
  double entropy = 0;         ///< H / ln(visible keys); over queries that see two or more
};

/// The same, a row at a time: for weights that are never all there.
class HeadMetricsOfRows {
 public:
  /// @param row      (keys), of which only [first, last) may differ from 0
  /// @param position of the query among the keys
  /// @param visible  how many keys the query may see; a row that sees none is left out
  /// @param nats     the row's entropy
  template <typename Scalar>
  void add(const Scalar* row, Index keys, Index position, double visible, double nats, Index first, Index last);

  /// Of the rows so far.
  [[nodiscard]] HeadMetrics metrics() const { return {previous_, first_, self_, distance_, local_, entropy_}; }

 private:
  Mean previous_, first_, self_, distance_, local_, entropy_;
};

/// Of each head of weights of any origin, (batch, heads, queries, keys), over the queries of all batches. 0 where there is
/// no query that a mean is over; NaN where a weight is.
///
/// @param visible_keys  (batch, heads, queries, 1): how many keys each query may see, as `attention` returns it
/// @param offset        position of query 0 among the keys
///
/// Throws std::invalid_argument where the shapes do not fit.
template <typename Scalar>
[[nodiscard]] std::vector<HeadMetrics> head_metrics(const TensorView<Scalar>& weights,
                                                    const TensorView<Scalar>& visible_keys, Index offset = 0);

}  // namespace heed
