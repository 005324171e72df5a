#include "heed/attention/metrics/weight_views.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heed {
namespace {

template <typename Scalar>
void check_visible(const TensorView<Scalar>& weights, const TensorView<Scalar>& visible_keys) {
  const auto [batch, heads, queries, keys] = weights.shape;
  require(visible_keys.shape == Shape{batch, heads, queries, 1},
          {"visible_keys has shape ", visible_keys.shape, " but the weights have shape ", weights.shape});
  for (const Scalar count : std::span(visible_keys.data, static_cast<std::size_t>(visible_keys.shape.size())))
    require(count >= 0 && count <= static_cast<Scalar>(keys),
            {"a query sees ", static_cast<double>(count), " keys; it must be from 0 to the ", keys, " there are"});
}

/// Larger first, NaN before all.
template <typename Scalar>
bool is_before(Scalar a, Scalar b) {
  return std::isnan(a) ? !std::isnan(b) : a > b;
}

}  // namespace

template <typename Scalar>
WithoutFirstKey<Scalar> without_first_key(const TensorView<Scalar>& weights, const TensorView<Scalar>& visible_keys) {
  check_visible(weights, visible_keys);
  const auto [batch, heads, queries, keys] = weights.shape;
  const Shape per_row{batch, heads, queries, 1};
  WithoutFirstKey<Scalar> rest{Tensor<Scalar>(weights.shape, "the weights without the first key"),
                               Tensor<Scalar>(per_row, "their entropies"),
                               Tensor<Scalar>(per_row, "the numbers of visible keys")};
  for (std::size_t i = 0; i < rest.entropy.data.size(); ++i) {
    rest.visible_keys.data[i] = std::max(Scalar(0), visible_keys.data[i] - 1);
    const Scalar* row = weights.data + static_cast<Index>(i) * keys;
    Scalar* target = rest.weights.data.data() + static_cast<Index>(i) * keys;
    double sum = 0;
    for (Index j = 1; j < keys; ++j) sum += static_cast<double>(row[j]);
    if (sum == 0) continue;
    double nats = 0;
    for (Index j = 1; j < keys; ++j) {
      const double share = static_cast<double>(row[j]) / sum;
      if (share != 0) nats -= share * std::log(share);
      target[j] = static_cast<Scalar>(share);
    }
    rest.entropy.data[i] = static_cast<Scalar>(nats);
  }
  return rest;
}

template <typename Scalar>
Tensor<Scalar> largest_weights(const TensorView<Scalar>& weights, const TensorView<Scalar>& visible_keys,
                               double share) {
  check_visible(weights, visible_keys);
  require(share >= 0 && share <= 1, {"the share is ", share, "; it must be from 0 to 1"});
  Tensor<Scalar> largest(weights.shape, "the largest weights");
  if (largest.data.empty()) return largest;
  std::copy_n(weights.data, largest.data.size(), largest.data.begin());
  const Scalar* visible = visible_keys.data;
  const double places = std::accumulate(visible, visible + visible_keys.shape.size(), 0.0);
  const double most = static_cast<double>(largest.data.size());
  const auto count = static_cast<Index>(std::clamp(std::round(places * share), 1.0, most));
  std::vector<Scalar> sorted = largest.data;
  const auto least = sorted.begin() + (count - 1);
  std::nth_element(sorted.begin(), least, sorted.end(), is_before<Scalar>);
  for (Scalar& weight : largest.data)
    if (is_before(*least, weight)) weight = 0;
  return largest;
}

template <typename Scalar>
Tensor<Scalar> received_from(const TensorView<Scalar>& weights, std::span<const std::int32_t> queries) {
  const auto [batch, heads, length, keys] = weights.shape;
  require(batch == 1 && heads == 1, {"the weights have shape ", weights.shape, "; they must be of one head"});
  std::vector<double> sums(static_cast<std::size_t>(keys));
  for (const Index query : queries) {
    require(query >= 0 && query < length, {"there is no query ", query, " among ", length});
    const Scalar* row = weights.data + query * keys;
    std::transform(sums.begin(), sums.end(), row, sums.begin(),
                   [](double sum, Scalar weight) { return sum + static_cast<double>(weight); });
  }
  Tensor<Scalar> received({1, 1, 1, keys}, "what keys receive");
  std::transform(sums.begin(), sums.end(), received.data.begin(), [](double sum) { return static_cast<Scalar>(sum); });
  return received;
}

template WithoutFirstKey<float> without_first_key(const TensorView<float>&, const TensorView<float>&);
template WithoutFirstKey<double> without_first_key(const TensorView<double>&, const TensorView<double>&);
template Tensor<float> largest_weights(const TensorView<float>&, const TensorView<float>&, double);
template Tensor<double> largest_weights(const TensorView<double>&, const TensorView<double>&, double);
template Tensor<float> received_from(const TensorView<float>&, std::span<const std::int32_t>);
template Tensor<double> received_from(const TensorView<double>&, std::span<const std::int32_t>);

}  // namespace heed
