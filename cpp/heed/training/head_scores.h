#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "heed/attention/metrics/head_metrics.h"
#include "heed/attention/metrics/token_scores.h"

namespace heed {

/// What a head looks at, as means over the queries of all sequences.
struct HeadScores : HeadMetrics {
  /// As TokenScores has it.
  double induction = 0;
};

/// Of each head of weights (batch, heads, length, length) on the sequences `tokens` (batch · length); of sequence b only the
/// first lengths[b] queries count, where `lengths` are given. `causal`: query i sees keys 0 to i, otherwise all of them.
/// Throws std::invalid_argument where they do not fit.
template <typename Scalar>
[[nodiscard]] std::vector<HeadScores> head_scores(const TensorView<Scalar>& weights,
                                                  std::span<const std::int32_t> tokens,
                                                  std::span<const Index> lengths = {}, bool causal = true);

}  // namespace heed
