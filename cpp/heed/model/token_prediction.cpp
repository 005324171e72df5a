#include "heed/model/token_prediction.h"

#include <algorithm>
#include <cmath>

#include "heed/model/sampling.h"

namespace heed {
namespace {

TokenPrediction prediction(std::span<const float> logits, Index id, Index rank, double largest, double sum) {
  const double logit = logits[static_cast<std::size_t>(id)];
  return {id, logit, std::exp(logit - largest) / sum, rank};
}

/// Σ_j exp(logit_j − largest)
double sum_of_exponentials(std::span<const float> logits, double largest) {
  double sum = 0;
  for (const float logit : logits) sum += std::exp(double{logit} - largest);
  return sum;
}

}  // namespace

std::vector<TokenPrediction> most_likely_tokens(std::span<const float> logits, Index count) {
  require(count >= 1, {"the count of tokens is ", count, "; it must be at least 1"});
  check_logits(logits);
  const auto vocabulary = static_cast<Index>(logits.size());
  const std::vector<Index> ids = most_likely_first(logits, std::min(count, vocabulary));
  const double largest = logits[static_cast<std::size_t>(ids.front())];
  const double sum = sum_of_exponentials(logits, largest);
  std::vector<TokenPrediction> predictions;
  for (const Index id : ids)
    predictions.push_back(prediction(logits, id, static_cast<Index>(predictions.size()), largest, sum));
  return predictions;
}

std::vector<TokenPrediction> predictions_of(std::span<const float> logits, std::span<const Index> ids) {
  check_logits(logits);
  const auto vocabulary = static_cast<Index>(logits.size());
  const double largest = *std::ranges::max_element(logits);
  const double sum = sum_of_exponentials(logits, largest);
  std::vector<TokenPrediction> predictions;
  for (const Index id : ids) {
    require(id >= 0 && id < vocabulary, {"there is no token ", id, " among ", vocabulary});
    const float logit = logits[static_cast<std::size_t>(id)];
    Index rank = 0;
    for (Index other = 0; other < vocabulary; ++other) {
      const float theirs = logits[static_cast<std::size_t>(other)];
      if (theirs > logit || (theirs == logit && other < id)) ++rank;
    }
    predictions.push_back(prediction(logits, id, rank, largest, sum));
  }
  return predictions;
}

}  // namespace heed
