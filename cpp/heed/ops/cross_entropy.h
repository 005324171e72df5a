#pragma once

#include <cstdint>
#include <span>

#include "heed/ops/matrix.h"

namespace heed {

/// How well logits foretell targets. Sums can be added; means are over the scored targets.
struct Loss {
  double sum = 0;     ///< Σ −ln p(target), in nats
  Index scored = 0;   ///< targets that are not −1
  Index correct = 0;  ///< of them, those with the largest logit

  /// In nats; 0 where no target is scored.
  [[nodiscard]] double mean() const { return scored == 0 ? 0 : sum / static_cast<double>(scored); }
  /// From 0 to 1; 0 where no target is scored.
  [[nodiscard]] double accuracy() const {
    return scored == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(scored);
  }
  /// Adds the loss of other targets.
  Loss& operator+=(const Loss& other);
};

/// Softmax cross-entropy of `logits` (n × vocabulary); target −1 is not scored. Throws
/// std::invalid_argument unless there is a target for each row that is one of its columns.
template <typename Scalar>
[[nodiscard]] Loss cross_entropy(const MatrixView<const Scalar>& logits, std::span<const std::int32_t> targets);

/// The same, and turns the logits into (softmax(logits) − one-hot(target)) · `weight` in place, 0 where not scored: the
/// gradient of `weight` times the sum.
template <typename Scalar>
Loss cross_entropy_backward(const MatrixView<Scalar>& logits, std::span<const std::int32_t> targets, double weight);

}  // namespace heed
