#pragma once

#include <span>

namespace heed {

/// Summary of one attention map, over all its cells, hidden ones (weight 0) included.
struct WeightStatistics {
  double mean = 0;
  double largest = 0;
  double smallest = 0;
  double mean_entropy = 0;  ///< mean over the queries, in nats
};

/// Statistics of the weights of one map and the entropies of its queries, summed in double precision. All 0 where there
/// are none; NaN where a weight is.
template <typename Scalar>
[[nodiscard]] WeightStatistics weight_statistics(std::span<const Scalar> weights, std::span<const Scalar> entropies);

}  // namespace heed
