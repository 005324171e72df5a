#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "heed/tensor.h"

namespace heed {

/// What a head looks at, as means over the queries of all sequences; each is a share of attention but for the distance.
struct HeadScores {
  double previous_token = 0;  ///< attention to the token before; over queries that have one
  /// Attention from a token to those that followed its earlier occurrences, over queries whose token occurred before what
  /// was followed: "induction score" of C. Olsson et al., "In-context Learning and Induction Heads", 2022, for sequences
  /// that repeat with any period.
  double induction = 0;
  double first_token = 0;    ///< attention to token 0, a sink; over queries after it
  double self = 0;           ///< attention of a token to itself
  double mean_distance = 0;  ///< Σ_j A_ij |i − j|, in tokens
  double local = 0;          ///< attention within two tokens to either side
  double entropy = 0;        ///< H / ln(tokens up to the query), of causal heads; over queries that see two or more
};

/// Of each head of causal weights (batch, heads, length, length) on the sequences `tokens` (batch · length); of sequence b
/// only the first lengths[b] queries count, where `lengths` are given. Throws std::invalid_argument where they do not fit.
template <typename Scalar>
[[nodiscard]] std::vector<HeadScores> head_scores(const TensorView<Scalar>& weights,
                                                  std::span<const std::int32_t> tokens,
                                                  std::span<const Index> lengths = {});

}  // namespace heed
