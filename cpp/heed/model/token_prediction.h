#pragma once

#include <span>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

/// What a model expects of one token.
struct TokenPrediction {
  Index id = 0;            ///< of the token, in the vocabulary
  double logit = 0;        ///< before the softmax
  double probability = 0;  ///< under the softmax over all tokens
  Index rank = 0;          ///< 0 for the largest logit; of equal ones the lower id comes first
};

/// The `count` tokens with the largest logits (all, where there are fewer), the largest first. Throws std::invalid_argument for
/// logits that are NaN or +∞, or all −∞, and a count below 1.
[[nodiscard]] std::vector<TokenPrediction> most_likely_tokens(std::span<const float> logits, Index count);

/// Of these tokens, in their order. Throws std::invalid_argument as above, and for ids that are not there.
[[nodiscard]] std::vector<TokenPrediction> predictions_of(std::span<const float> logits, std::span<const Index> ids);

}  // namespace heed
