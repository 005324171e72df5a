#include "heed/model/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heed {

std::vector<Index> most_likely_first(std::span<const float> logits, Index count) {
  std::vector<Index> ids(logits.size());
  std::iota(ids.begin(), ids.end(), Index{0});
  const auto before = [&](Index a, Index b) {
    const float x = logits[static_cast<std::size_t>(a)];
    const float y = logits[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  };
  std::partial_sort(ids.begin(), ids.begin() + count, ids.end(), before);
  ids.resize(static_cast<std::size_t>(count));
  return ids;
}

void check_logits(std::span<const float> logits) {
  require(!logits.empty(), {"there are no logits to choose from"});
  for (std::size_t i = 0; i < logits.size(); ++i)
    require(!std::isnan(logits[i]) && logits[i] != INFINITY,
            {"logit ", static_cast<Index>(i), " is ", double{logits[i]}, "; no token can be chosen"});
  require(*std::ranges::max_element(logits) != -INFINITY,
          {"all ", static_cast<Index>(logits.size()), " logits are −∞; no token can be chosen"});
}

void check(const SamplingOptions& options) {
  require(std::isfinite(options.temperature) && options.temperature >= 0,
          {"temperature is ", options.temperature, "; it must be finite and at least 0"});
  require(options.top_k >= 0, {"top_k is ", options.top_k, "; it must be at least 0"});
  require(options.top_p > 0 && options.top_p <= 1, {"top_p is ", options.top_p, "; it must be above 0 and at most 1"});
}

SampledToken sample(std::span<const float> logits, const SamplingOptions& options, RandomState& random) {
  check(options);
  check_logits(logits);
  const auto largest = std::ranges::max_element(logits);
  const double temperature = options.temperature == 0 ? 1 : options.temperature;
  const auto weight = [&](Index id) {
    return std::exp((double{logits[static_cast<std::size_t>(id)]} - double{*largest}) / temperature);
  };
  const auto vocabulary = static_cast<Index>(logits.size());
  double sum = 0;
  for (Index id = 0; id < vocabulary; ++id) sum += weight(id);
  if (options.temperature == 0) return {largest - logits.begin(), 1 / sum};

  const Index count = options.top_k == 0 ? vocabulary : std::min(options.top_k, vocabulary);
  const std::vector<Index> ids = most_likely_first(logits, count);
  double kept = 0;
  for (const Index id : ids) kept += weight(id);
  // The fewest that reach top_p of them; at least one.
  std::size_t size = ids.size();
  if (options.top_p < 1) {
    double reached = 0;
    for (size = 0; size < ids.size() && (size == 0 || reached < options.top_p * kept); ++size)
      reached += weight(ids[size]);
    kept = reached;
  }
  double left = random.uniform() * kept;
  std::size_t chosen = 0;
  while (chosen + 1 < size && left >= weight(ids[chosen])) left -= weight(ids[chosen++]);
  return {ids[chosen], weight(ids[chosen]) / sum};
}

}  // namespace heed
