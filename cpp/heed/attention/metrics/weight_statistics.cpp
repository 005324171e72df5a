#include "heed/attention/metrics/weight_statistics.h"

#include <algorithm>
#include <cmath>

namespace heed {
namespace {

template <typename Scalar>
double mean(std::span<const Scalar> values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const Scalar value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

}  // namespace

template <typename Scalar>
WeightStatistics weight_statistics(std::span<const Scalar> weights, std::span<const Scalar> entropies) {
  WeightStatistics statistics;
  statistics.mean = mean(weights);
  statistics.mean_entropy = mean(entropies);

  if (std::isnan(statistics.mean)) {
    statistics.largest = statistics.smallest = statistics.mean;
  } else if (!weights.empty()) {
    const auto [smallest, largest] = std::minmax_element(weights.begin(), weights.end());
    statistics.largest = static_cast<double>(*largest);
    statistics.smallest = static_cast<double>(*smallest);
  }
  return statistics;
}

template WeightStatistics weight_statistics(std::span<const float>, std::span<const float>);
template WeightStatistics weight_statistics(std::span<const double>, std::span<const double>);

}  // namespace heed
