#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "heed/tensor/mean.h"
#include "heed/tensor/tensor.h"

namespace heed {

/// How far a head follows equal tokens, as means over the queries whose token occurred before.
struct TokenScores {
  /// Attention to the earlier occurrences: "duplicate token heads" of K. Wang et al., "Interpretability in the Wild", 2022.
  double duplicate_token = 0;
  /// Attention to those that followed the earlier occurrences: "induction score" of C. Olsson et al., "In-context Learning and
  /// Induction Heads", 2022, for sequences that repeat with any period.
  double induction = 0;
};

/// Where the tokens of a sequence occurred before, worked out once for all heads.
class EarlierOccurrences {
 public:
  /// @param tokens  (length), any ids
  explicit EarlierOccurrences(std::span<const std::int32_t> tokens);

  /// Positions before i with the same token, in rising order.
  [[nodiscard]] const std::vector<Index>& of(Index i) const { return earlier_[static_cast<std::size_t>(i)]; }
  /// How many tokens there are.
  [[nodiscard]] Index length() const { return static_cast<Index>(earlier_.size()); }

 private:
  std::vector<std::vector<Index>> earlier_;
};

/// Token scores, a row of weights at a time.
class TokenScoresOfRows {
 public:
  /// Row i, (length), of a head on that sequence.
  template <typename Scalar>
  void add(const Scalar* row, Index i, const EarlierOccurrences& tokens);

  /// Of the rows so far.
  [[nodiscard]] TokenScores scores() const { return {duplicate_, induction_}; }

 private:
  Mean duplicate_, induction_;
};

/// Of each head of weights (batch, heads, length, length) on the sequences `tokens` (batch · length); of sequence b only the
/// first lengths[b] queries count, where `lengths` are given. 0 where no token occurs twice. Throws std::invalid_argument where
/// they do not fit.
template <typename Scalar>
[[nodiscard]] std::vector<TokenScores> token_scores(const TensorView<Scalar>& weights,
                                                    std::span<const std::int32_t> tokens,
                                                    std::span<const Index> lengths = {});

}  // namespace heed
