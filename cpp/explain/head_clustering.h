#pragma once

#include <vector>

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// Two groups that were merged. Groups 0 … n − 1 are the items themselves, group n + k is that of merge k.
struct Merge {
  Index left = 0;
  Index right = 0;
  double distance = 0;  ///< mean distance between items of one and items of the other
};

/// A hierarchical clustering.
struct Clustering {
  std::vector<Merge> merges;  ///< n − 1 of them, by rising distance; `left` comes before `right` in `order`
  std::vector<Index> order;   ///< all items, such that those of each group are adjacent
};

/// Average linkage (UPGMA; R. Sokal and C. Michener, "A Statistical Method for Evaluating Systematic Relationships", 1958):
/// the two groups with the smallest mean distance become one until one is left; of equal distances the first. Where two
/// groups meet, they are reversed so that the nearest of their ends are adjacent (G. Gruvaeus and H. Wainer, "Two Additions to
/// Hierarchical Cluster Analysis", 1972). O(n³).
///
/// @param distances  (1, 1, n, n), symmetric; the diagonal is not read
///
/// Throws std::invalid_argument where they are no square, not symmetric, or hold NaN.
template <typename Scalar>
[[nodiscard]] Clustering cluster_by_distance(const TensorView<Scalar>& distances);

}  // namespace heed::explain
