#include "heed/model/token_prediction.h"

#include <algorithm>

#include "heed/model/sampling.h"
#include "heed/ops/softmax.h"

namespace heed {
namespace {

/// In double precision: of a large vocabulary the sum has 100,000 terms and more.
std::vector<double> softmax_of(std::span<const float> logits) {
  std::vector<double> probabilities(logits.begin(), logits.end());
  softmax<double>(probabilities);
  return probabilities;
}

TokenPrediction prediction(std::span<const float> logits, std::span<const double> probabilities, Index id, Index rank) {
  const auto at = static_cast<std::size_t>(id);
  return {id, logits[at], probabilities[at], rank};
}

}  // namespace

std::vector<TokenPrediction> most_likely_tokens(std::span<const float> logits, Index count) {
  require(count >= 1, {"the count of tokens is ", count, "; it must be at least 1"});
  check_logits(logits);
  const auto vocabulary = static_cast<Index>(logits.size());
  const std::vector<Index> ids = most_likely_first(logits, std::min(count, vocabulary));
  const std::vector<double> probabilities = softmax_of(logits);
  std::vector<TokenPrediction> predictions;
  for (const Index id : ids)
    predictions.push_back(prediction(logits, probabilities, id, static_cast<Index>(predictions.size())));
  return predictions;
}

std::vector<TokenPrediction> predictions_of(std::span<const float> logits, std::span<const Index> ids) {
  check_logits(logits);
  const auto vocabulary = static_cast<Index>(logits.size());
  const std::vector<double> probabilities = softmax_of(logits);
  std::vector<TokenPrediction> predictions;
  for (const Index id : ids) {
    require(id >= 0 && id < vocabulary, {"there is no token ", id, " among ", vocabulary});
    const float logit = logits[static_cast<std::size_t>(id)];
    Index rank = 0;
    for (Index other = 0; other < vocabulary; ++other) {
      const float theirs = logits[static_cast<std::size_t>(other)];
      if (theirs > logit || (theirs == logit && other < id)) ++rank;
    }
    predictions.push_back(prediction(logits, probabilities, id, rank));
  }
  return predictions;
}

}  // namespace heed
