#include "heed/attention/metrics/head_metrics.h"

#include <cmath>

#include "heed/tensor/mean.h"

namespace heed {
namespace {

constexpr double kLocal = 2;

}  // namespace

template <typename Scalar>
void HeadMetricsOfRows::add(const Scalar* row, Index keys, Index position, double visible, double nats, Index first,
                            Index last) {
  if (visible == 0) return;
  double far = 0, near = 0;
  for (Index j = first; j < last; ++j) {
    const double a = static_cast<double>(row[j]);
    const double steps = std::abs(static_cast<double>(position) - static_cast<double>(j));
    far += a * steps;
    if (steps <= kLocal) near += a;
  }
  distance_.add(far);
  local_.add(near);
  if (visible > 1) entropy_.add(nats / std::log(visible));
  const auto add_at = [&](Mean& mean, Index key) {
    if (key >= 0 && key < keys) mean.add(static_cast<double>(row[key]));
  };
  add_at(self_, position);
  add_at(previous_, saturating_difference(position, 1));
  if (position >= 1) add_at(first_, 0);
}

template void HeadMetricsOfRows::add(const float*, Index, Index, double, double, Index, Index);
template void HeadMetricsOfRows::add(const double*, Index, Index, double, double, Index, Index);

template <typename Scalar>
std::vector<HeadMetrics> head_metrics(const TensorView<Scalar>& weights, const TensorView<Scalar>& visible_keys,
                                      Index offset) {
  const auto [batch, heads, queries, keys] = weights.shape;
  (void)weights.shape.size();
  require(visible_keys.shape == Shape{batch, heads, queries, 1},
          {"visible_keys has shape ", visible_keys.shape, " but the weights have shape ", weights.shape});
  std::vector<HeadMetrics> metrics;
  for (Index h = 0; h < heads; ++h) {
    HeadMetricsOfRows rows;
    for (Index b = 0; queries > 0 && b < batch; ++b)
      for (Index i = 0; i < queries; ++i) {
        const Scalar* row = weights.head(b, h) + i * keys;
        double nats = 0;
        for (Index j = 0; j < keys; ++j) {
          const double a = static_cast<double>(row[j]);
          if (a != 0) nats -= a * std::log(a);
        }
        rows.add(row, keys, saturating_sum(i, offset), static_cast<double>(visible_keys.head(b, h)[i]), nats, 0, keys);
      }
    metrics.push_back(rows.metrics());
  }
  return metrics;
}

template std::vector<HeadMetrics> head_metrics(const TensorView<float>&, const TensorView<float>&, Index);
template std::vector<HeadMetrics> head_metrics(const TensorView<double>&, const TensorView<double>&, Index);

}  // namespace heed
