#include "explain/scaling/scaling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "explain/scaling/dot_product_distribution.h"
#include "explain/scaling/softmax_jacobian.h"
#include "explain/scaling/ziggurat_normals.h"
#include "heed/attention/metrics/entropy.h"
#include "heed/ops/softmax.h"
#include "heed/tensor/random.h"

namespace heed::explain {
namespace {

constexpr int kBins = 81;
constexpr double kRange = 4;
/// Components of the vectors that are drawn and multiplied together.
constexpr Index kAtOnce = 4;

/// All q·k of one repeat, and the value of each key.
struct Draw {
  Tensor<float> products;  ///< (1, 1, queries, keys)
  Tensor<double> value;    ///< (1, 1, keys, 1)
};

/// products += the outer products of some components, (components × queries) and (components × keys).
void add_products(const std::vector<float>& query, const std::vector<float>& key, std::vector<float>& products) {
  const std::size_t queries = query.size() / kAtOnce;
  const std::size_t keys = key.size() / kAtOnce;
  for (std::size_t i = 0; i < queries; ++i) {
    const float* q = query.data() + i;
    const float* k = key.data();
    float* product = products.data() + i * keys;
    for (std::size_t j = 0; j < keys; ++j)
      product[j] +=
          q[0] * k[j] + q[queries] * k[keys + j] + q[2 * queries] * k[2 * keys + j] + q[3 * queries] * k[3 * keys + j];
  }
}

Draw draw(const ScalingOptions& options, std::uint32_t seed) {
  ZigguratNormals normal(seed);
  Draw drawn{Tensor<float>({1, 1, options.queries, options.keys}, "the products"),
             Tensor<double>({1, 1, options.keys, 1}, "the values")};
  std::vector<float> query(static_cast<std::size_t>(checked_product("the queries", {kAtOnce, options.queries})));
  std::vector<float> key(static_cast<std::size_t>(checked_product("the keys", {kAtOnce, options.keys})));
  for (double& value : drawn.value.data) value = normal();
  // Several components at a time, so that each product is read and written less often. What is beyond the last is 0.
  for (Index left = options.dim; left > 0; left -= kAtOnce) {
    for (Index at = 0; at < kAtOnce; ++at) {
      const bool exists = at < left;
      std::generate_n(query.begin() + at * options.queries, options.queries, [&] { return exists ? normal() : 0; });
      std::generate_n(key.begin() + at * options.keys, options.keys, [&] { return exists ? normal() : 0; });
    }
    add_products(query, key, drawn.products.data);
  }
  return drawn;
}

double variance(const std::vector<double>& numbers) {
  const auto count = static_cast<double>(numbers.size());
  const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
  double squares = 0;
  for (const double number : numbers) squares += (number - mean) * (number - mean);
  return numbers.size() > 1 ? squares / (count - 1) : 0;
}

Spread spread(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  const auto quantile = [&](double share) {
    const double place = share * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    return std::lerp(numbers[below], numbers[above], place - std::floor(place));
  };
  const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
  return {mean, quantile(0.5), quantile(0.1), quantile(0.9)};
}

/// Measurements over the repeats and rows, before they are summed up.
struct Measured {
  std::vector<double> variance, largest_weight, entropy, jacobian, gradient, first_row;

  /// The softmax of `scale` times the products. The loss is the output with the values, one component each, whose gradient by
  /// the weights is the values.
  void add(const Draw& drawn, double scale) {
    const Index keys = drawn.value.shape.length;
    const Index queries = drawn.products.shape.length;
    std::vector<double> logits(drawn.products.data.begin(), drawn.products.data.end());
    for (double& logit : logits) logit *= scale;
    variance.push_back(explain::variance(logits));

    for (Index row = 0; row < queries; ++row) {
      const std::span weights =
          std::span(logits).subspan(static_cast<std::size_t>(row * keys), static_cast<std::size_t>(keys));
      const double nats = softmax(weights).entropy;
      std::vector<double> gradients = drawn.value.data;
      softmax_rows_backward<double>(matrix(weights.data(), 1, keys), 1, matrix(gradients.data(), 1, keys));
      if (first_row.empty()) first_row.assign(weights.begin(), weights.end());
      largest_weight.push_back(*std::max_element(weights.begin(), weights.end()));
      entropy.push_back(normalised_entropy(nats, static_cast<double>(keys)));
      jacobian.push_back(softmax_jacobian_norm(weights));
      gradient.push_back(std::sqrt(std::inner_product(gradients.begin(), gradients.end(), gradients.begin(), 0.0)));
    }
  }

  [[nodiscard]] ScaledSoftmax summary() const {
    return {spread(variance), spread(largest_weight), spread(entropy), spread(jacobian), spread(gradient), first_row};
  }
};

/// Counts into equal bins; what lies outside is in none.
void count(const std::vector<float>& products, double scale, std::vector<double>& bins) {
  for (const float product : products) {
    const double place = (static_cast<double>(product) * scale + kRange) / (2 * kRange) * kBins;
    if (place >= 0 && place < kBins) bins[static_cast<std::size_t>(place)] += 1;
  }
}

}  // namespace

std::vector<double> scaling_bin_edges() {
  std::vector<double> edges;
  for (int i = 0; i <= kBins; ++i) edges.push_back(kRange * (2.0 * i / kBins - 1));
  return edges;
}

ScalingResult scaling_experiment(const ScalingOptions& options) {
  const auto& [dim, keys, queries, repeats, seed] = options;
  require(dim >= 1, {"d_k is ", dim, "; it must be at least 1"});
  require(keys >= 1, {"there are ", keys, " keys; there must be at least 1"});
  require(queries >= 1, {"there are ", queries, " queries; there must be at least 1"});
  require(repeats >= 1, {"there are ", repeats, " repeats; there must be at least 1"});

  const double scale = 1 / std::sqrt(static_cast<double>(dim));
  const std::vector<double> edges = scaling_bin_edges();
  ScalingResult result;
  result.products = checked_product("the experiment", {repeats, queries, keys});
  result.measured.resize(kBins);
  result.exact = dot_product_shares(dim, edges);
  result.normal = normal_shares(edges);
  Measured unscaled;
  Measured scaled;
  RandomState seeds(seed);
  for (Index repeat = 0; repeat < repeats; ++repeat) {
    const Draw drawn = draw(options, seeds.bits());
    count(drawn.products.data, scale, result.measured);
    unscaled.add(drawn, 1);
    scaled.add(drawn, scale);
  }
  for (double& bin : result.measured) bin /= static_cast<double>(result.products);
  result.unscaled = unscaled.summary();
  result.scaled = scaled.summary();
  return result;
}

}  // namespace heed::explain
