#pragma once

#include <span>
#include <vector>

#include "heed/tensor/random.h"
#include "heed/tensor/tensor.h"

namespace heed {

/// How the next token is chosen among the logits.
struct SamplingOptions {
  double temperature = 0;  ///< divides the logits; 0: the token with the largest logit, the first of them
  Index top_k = 0;         ///< only the k largest logits; 0: all
  double top_p = 1;        ///< of those, the fewest whose probabilities add up to this
};

/// A token that was drawn, and how probable it was.
struct SampledToken {
  Index id = 0;  ///< of the token, in the vocabulary
  double probability =
      0;  ///< under the softmax of logits / temperature (temperature 1 where it is 0), before top_k and top_p
};

/// Throws std::invalid_argument, naming the value, unless temperature is finite and at least 0, top_k at least 0, and top_p above 0 and at
/// most 1.
void check(const SamplingOptions& options);

/// Throws std::invalid_argument for no logits, and for logits that are NaN or +∞, or all −∞.
void check_logits(std::span<const float> logits);

/// Ids with the largest logits first; of equal ones the lower id. `count` is at most their number.
[[nodiscard]] std::vector<Index> most_likely_first(std::span<const float> logits, Index count);

/// Draws one number from `random`, unless the temperature is 0. Throws std::invalid_argument for options as above, for no
/// logits, and for logits that are NaN or +∞, or all −∞.
[[nodiscard]] SampledToken sample(std::span<const float> logits, const SamplingOptions& options, RandomState& random);

}  // namespace heed
