#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "heed/tensor/tensor.h"

namespace heed {

/// Half-open range of key positions.
struct KeyRange {
  Index first = 0;
  Index last = 0;

  [[nodiscard]] Index size() const { return std::max<Index>(last - first, 0); }
};

/// Which keys a query may see by position alone: causal and window limits and the number of keys that are not padding.
/// With p = i + offset the position of query i among the keys, it sees key j where
///   j < keys,   j ≤ p if causal,   p − left ≤ j,   j ≤ p + right.
struct Visibility {
  Index keys = 0;
  bool causal = false;
  std::optional<Index> left = {};
  std::optional<Index> right = {};
  Index offset = 0;

  /// Keys seen by query i; first ≤ last, and empty where it sees none.
  [[nodiscard]] KeyRange of(Index query) const {
    // Saturating: on 32 bits even options within the limits of `attention` reach 2³⁰ + 2³⁰ + 1.
    const Index position = saturating_sum(query, offset);
    Index last = keys;
    if (causal) last = std::min(last, saturating_sum(position, 1));
    if (right) last = std::min(last, saturating_sum(saturating_sum(position, *right), 1));
    const Index first = left ? std::max<Index>(0, saturating_difference(position, *left)) : 0;
    last = std::max<Index>(last, 0);
    return {std::min(first, last), last};
  }

  /// Keys seen by at least one of the queries [begin, end): both ends of `of` grow with the query.
  [[nodiscard]] KeyRange of_block(Index begin, Index end) const {
    return {of(begin).first, std::max(of(begin).last, of(end - 1).last)};
  }
};

/// The lower triangle as an explicit boolean mask, (1, 1, queries, keys): 1 where query i may see key j ≤ i + offset.
/// Throws std::invalid_argument for a negative size.
[[nodiscard]] Tensor<std::uint8_t> causal_mask(Index queries, Index keys, Index offset = 0);

}  // namespace heed
