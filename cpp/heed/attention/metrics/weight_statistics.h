#pragma once

#include <span>

namespace heed {

/// Summary of one attention map, over all its cells, hidden ones (weight 0) included.
struct WeightStatistics {
  double mean = 0;          ///< Σ A_ij / cells
  double largest = 0;       ///< max A_ij
  double smallest = 0;      ///< min A_ij
  double mean_entropy = 0;  ///< mean over the queries, in nats
};

/// Statistics of the weights of one map and the entropies of its queries, summed in double precision. All 0 where there
/// are none; NaN where a weight is.
template <typename Scalar>
[[nodiscard]] WeightStatistics weight_statistics(std::span<const Scalar> weights, std::span<const Scalar> entropies);

}  // namespace heed
