#include "explain/layer_steps.h"

#include <algorithm>

#include "heed/ops/linear.h"

namespace heed::explain {
namespace {

void check(const FeedForwardWeights& layer, Index d_model) {
  const Index hidden = layer.w1.shape.dim;
  require(layer.w1.shape == Shape{1, 1, d_model, hidden},
          {"W1 has shape ", layer.w1.shape, "; it must be (1, 1, ", d_model, ", hidden)"});
  require(layer.b1.shape == Shape{1, 1, 1, hidden},
          {"b1 has shape ", layer.b1.shape, "; it must be (1, 1, 1, ", hidden, ")"});
  require(layer.w2.shape == Shape{1, 1, hidden, d_model},
          {"W2 has shape ", layer.w2.shape, "; it must be (1, 1, ", hidden, ", ", d_model, ")"});
}

Tensor<float> sum_of(const TensorView<float>& a, const TensorView<float>& b) {
  Tensor<float> sum(a.shape, "a sum");
  std::transform(a.data, a.data + sum.data.size(), b.data, sum.data.begin(), std::plus<>());
  return sum;
}

MatrixView<const float> rows_of_head(const Tensor<float>& w_output, Index head, Index d_v) {
  return matrix(w_output).middle_rows(head * d_v, d_v);
}

/// Each head times its rows of W^O.
Tensor<float> contributions_of(const Tensor<float>& heads, const Tensor<float>& w_output) {
  const auto [batch, count, tokens, d_v] = heads.shape;
  Tensor<float> contributions({1, count, tokens, w_output.shape.dim}, "the contributions");
  for (Index h = 0; h < count; ++h)
    multiply<float>(matrix(heads.head(0, h), tokens, d_v), rows_of_head(w_output, h, d_v),
                    matrix(contributions.head(0, h), tokens, w_output.shape.dim));
  return contributions;
}

void find_circuits(const MultiHead<float>& weights, LayerSteps& steps) {
  const auto [batch, heads, d_model, d_k] = weights.w_query.shape;
  const Index d_v = weights.w_value.shape.dim;
  steps.qk_circuits = Tensor<float>({1, heads, d_model, d_model}, "the QK circuits");
  steps.ov_circuits = Tensor<float>({1, heads, d_model, d_model}, "the OV circuits");
  for (Index h = 0; h < heads; ++h) {
    multiply_transposed<float>(matrix(weights.w_query.head(0, h), d_model, d_k),
                               matrix(weights.w_key.head(0, h), d_model, d_k),
                               matrix(steps.qk_circuits.head(0, h), d_model, d_model));
    multiply<float>(matrix(weights.w_value.head(0, h), d_model, d_v), rows_of_head(weights.w_output, h, d_v),
                    matrix(steps.ov_circuits.head(0, h), d_model, d_model));
  }
}

}  // namespace

LayerSteps layer_steps(const TensorView<float>& x, const MultiHead<float>& attention_weights,
                       const FeedForwardWeights& feed_forward, bool causal) {
  require(x.shape.batch == 1, {"x has shape ", x.shape, "; steps show one sequence"});
  auto [query, key, value] = project(x, attention_weights);
  LayerSteps steps;
  AttentionOptions<float> options;
  options.weights = options.logits = true;
  options.scale = 1;
  steps.scores = attention(query, key, value, options).logits;
  options.scale.reset();
  options.causal = causal;
  auto attended = attention(query, key, value, options);
  steps.output = join_heads<float>(attended.output, attention_weights);
  require(steps.output.shape == x.shape,
          {"the output has shape ", steps.output.shape, " but x has ", x.shape, "; they cannot be added"});
  check(feed_forward, x.shape.dim);
  find_circuits(attention_weights, steps);
  steps.contributions = contributions_of(attended.output, attention_weights.w_output);
  steps.after_attention = sum_of(x, steps.output);
  steps.hidden = Tensor<float>({1, 1, x.shape.length, feed_forward.w1.shape.dim}, "the hidden numbers");
  linear<float>(matrix(std::as_const(steps.after_attention)), matrix(feed_forward.w1), feed_forward.b1.data.data(),
                matrix(steps.hidden));
  for (float& number : steps.hidden.data) number = std::max(number, 0.0F);
  steps.feed_forward = Tensor<float>(x.shape, "the feed-forward layer's output");
  linear<float>(matrix(std::as_const(steps.hidden)), matrix(feed_forward.w2), nullptr, matrix(steps.feed_forward));
  steps.result = sum_of(steps.after_attention, steps.feed_forward);
  steps.query = std::move(query);
  steps.key = std::move(key);
  steps.value = std::move(value);
  steps.logits = std::move(attended.logits);
  steps.weights = std::move(attended.weights);
  steps.heads = std::move(attended.output);
  return steps;
}

}  // namespace heed::explain
