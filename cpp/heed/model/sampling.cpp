#include "heed/model/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "heed/ops/softmax.h"

namespace heed {
namespace {

std::vector<float> probabilities(std::span<const float> logits, float largest, double temperature) {
  std::vector<float> result(logits.size());
  // Kernels take finite numbers; e⁻¹⁰⁰⁰ is 0 as e^−∞ is.
  std::ranges::transform(logits, result.begin(), [&](float logit) {
    return static_cast<float>(std::max((double{logit} - double{largest}) / temperature, -1000.0));
  });
  const auto size = static_cast<Index>(logits.size());
  softmax_rows<float>(matrix(result.data(), 1, size), 1, {.first = size});
  return result;
}

}  // namespace

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
  float largest = -INFINITY;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!(logits[i] < INFINITY))
      require(false, {"logit ", static_cast<Index>(i), " is ", double{logits[i]}, "; no token can be chosen"});
    largest = std::max(largest, logits[i]);
  }
  require(largest != -INFINITY, {"all ", static_cast<Index>(logits.size()), " logits are −∞; no token can be chosen"});
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
  const std::vector<float> weights = probabilities(logits, *largest, temperature);
  const auto weight = [&](Index id) { return double{weights[static_cast<std::size_t>(id)]}; };
  if (options.temperature == 0) return {largest - logits.begin(), weight(largest - logits.begin())};
  const auto vocabulary = static_cast<Index>(logits.size());

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
  return {ids[chosen], weight(ids[chosen])};
}

}  // namespace heed
