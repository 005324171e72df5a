#include "explain/attention_steps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "heed/attention/attention.h"

namespace heed::explain {
namespace {

/// x_ic · y_jc for all i, j and c.
Tensor<float> products_of_rows(const TensorView<float>& x, const TensorView<float>& y) {
  const Index dim = x.shape.dim;
  Tensor<float> products({1, x.shape.length, y.shape.length, dim}, "the products");
  float* product = products.data.data();
  for (Index i = 0; i < x.shape.length; ++i)
    for (Index j = 0; j < y.shape.length; ++j)
      for (Index c = 0; c < dim; ++c) *product++ = x.data[i * dim + c] * y.data[j * dim + c];
  return products;
}

/// Each row of `value` times each of its weights.
Tensor<float> shares_of(const Tensor<float>& weights, const TensorView<float>& value) {
  const auto [batch, heads, queries, keys] = weights.shape;
  const Index dim = value.shape.dim;
  Tensor<float> shares({1, queries, keys, dim}, "the shares");
  float* share = shares.data.data();
  for (Index i = 0; i < queries; ++i)
    for (Index j = 0; j < keys; ++j)
      for (Index c = 0; c < dim; ++c) *share++ = weights.head(0, 0)[i * keys + j] * value.data[j * dim + c];
  return shares;
}

/// What softmax divides, and by what: `softmax` keeps neither.
void take_exponentials(AttentionSteps& steps) {
  const Index keys = steps.masked.shape.dim;
  steps.exponentials = Tensor<float>(steps.masked.shape, "the exponentials");
  steps.sums = Tensor<float>({1, 1, steps.masked.shape.length, 1}, "the sums");
  for (Index i = 0; i < steps.masked.shape.length && keys > 0; ++i) {
    const float* logits = steps.masked.head(0, 0) + i * keys;
    float* exponentials = steps.exponentials.head(0, 0) + i * keys;
    const float largest = *std::max_element(logits, logits + keys);
    std::transform(logits, logits + keys, exponentials, [&](float logit) { return std::exp(logit - largest); });
    steps.sums.data[static_cast<std::size_t>(i)] = std::accumulate(exponentials, exponentials + keys, 0.0F);
  }
}

}  // namespace

AttentionSteps attention_steps(const TensorView<float>& query, const TensorView<float>& key,
                               const TensorView<float>& value, bool causal, double temperature) {
  require(query.shape.batch == 1 && query.shape.heads == 1, {"Q has shape ", query.shape, "; steps show one head"});
  AttentionSteps steps;
  AttentionOptions<float> options;
  options.weights = options.logits = true;
  options.scale = 1;
  steps.scores = attention(query, key, value, options).logits;
  options.scale.reset();
  options.temperature = temperature;
  steps.scaled = attention(query, key, value, options).logits;
  options.causal = causal;
  auto result = attention(query, key, value, options);
  steps.masked = std::move(result.logits);
  steps.weights = std::move(result.weights);
  steps.output = std::move(result.output);
  steps.products = products_of_rows(query, key);
  take_exponentials(steps);
  steps.shares = shares_of(steps.weights, value);
  return steps;
}

}  // namespace heed::explain
