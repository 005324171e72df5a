#include "heed/weight_statistics.h"

#include <Eigen/Core>

namespace heed {
namespace {

template <typename Scalar>
auto column(std::span<const Scalar> values) {
  return Eigen::Map<const Eigen::ArrayX<Scalar>>(values.data(), static_cast<Eigen::Index>(values.size()));
}

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
  statistics.mean_entropy = mean(entropies);
  if (weights.empty()) return statistics;
  statistics.mean = mean(weights);
  statistics.largest = static_cast<double>(column(weights).template maxCoeff<Eigen::PropagateNaN>());
  statistics.smallest = static_cast<double>(column(weights).template minCoeff<Eigen::PropagateNaN>());
  return statistics;
}

template WeightStatistics weight_statistics(std::span<const float>, std::span<const float>);
template WeightStatistics weight_statistics(std::span<const double>, std::span<const double>);

}  // namespace heed
