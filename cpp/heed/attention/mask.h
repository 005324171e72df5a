#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "heed/tensor/tensor.h"

namespace heed {

/// Half-open range of key positions.
struct KeyRange {
  Index first = 0;  ///< the first of them
  Index last = 0;   ///< the one after the last

  /// How many keys there are.
  [[nodiscard]] Index size() const { return std::max<Index>(last - first, 0); }
};

/// Which keys a query may see by position alone: causal and window limits and the number of keys that are not padding.
/// With p = i + offset the position of query i among the keys, it sees key j where
///   j < keys,   j ≤ p if causal,   p − left ≤ j,   j ≤ p + right.
struct Visibility {
  Index keys = 0;                   ///< those that are not padding
  bool causal = false;              ///< no key after the query is seen
  std::optional<Index> left = {};   ///< how far back a query sees
  std::optional<Index> right = {};  ///< how far ahead a query sees
  Index offset = 0;                 ///< position of query 0 among the keys

  /// Keys seen by query i; first ≤ last, and empty where it sees none.
  [[nodiscard]] KeyRange of(Index query) const {
    const std::int64_t last = std::clamp<std::int64_t>(limited(query) + last_offset(), 0, keys);
    const std::int64_t first = std::clamp<std::int64_t>(limited(query) + first_offset(), 0, last);
    return {static_cast<Index>(first), static_cast<Index>(last)};
  }

  /// Keys seen by at least one of the queries [begin, end): both ends of `of` grow with the query.
  [[nodiscard]] KeyRange of_block(Index begin, Index end) const {
    return {of(begin).first, std::max(of(begin).last, of(end - 1).last)};
  }

  /// Query i sees key j where i + first_offset() ≤ j < i + last_offset() and j < keys; the kernels take these numbers.
  [[nodiscard]] std::int64_t first_offset() const { return left ? limited(offset) - limited(*left) : -kUnlimited; }
  /// See `first_offset`.
  [[nodiscard]] std::int64_t last_offset() const {
    std::int64_t last = kUnlimited;
    if (causal) last = limited(offset) + 1;
    if (right) last = std::min(last, limited(offset) + limited(*right) + 1);
    return last;
  }

 private:
  // So large that it limits nothing, so small that sums of four do not overflow; in 64 bits where an Index has 32, too.
  static constexpr std::int64_t kUnlimited = std::int64_t{1} << 60;
  static std::int64_t limited(Index position) { return std::clamp<std::int64_t>(position, -kUnlimited, kUnlimited); }
};

/// The lower triangle as an explicit boolean mask, (1, 1, queries, keys): 1 where query i may see key j ≤ i + offset.
/// Throws std::invalid_argument for a negative size.
[[nodiscard]] Tensor<std::uint8_t> causal_mask(Index queries, Index keys, Index offset = 0);

}  // namespace heed
