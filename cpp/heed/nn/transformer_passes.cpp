// The two passes of a transformer over one slice of sequences, side by side.

#include <algorithm>

#include "heed/nn/embedding.h"
#include "heed/nn/gelu.h"
#include "heed/nn/layer_norm.h"
#include "heed/nn/linear.h"
#include "heed/nn/rms_norm.h"
#include "heed/nn/rotary.h"
#include "heed/nn/swiglu.h"
#include "heed/nn/transformer_activations.h"

namespace heed {
namespace {

/// (n × heads · dim) to (batch, heads, length, dim).
template <typename Scalar>
void split_heads(const MatrixView<const Scalar>& x, Tensor<Scalar>& heads) {
  const auto [batch, count, length, dim] = heads.shape;
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < count; ++h)
      for (Index i = 0; i < length; ++i) std::copy_n(x.row(b * length + i) + h * dim, dim, heads.head(b, h) + i * dim);
}

/// And back.
template <typename Scalar>
void merge_heads(const Tensor<Scalar>& heads, const MatrixView<Scalar>& x) {
  const auto [batch, count, length, dim] = heads.shape;
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < count; ++h)
      for (Index i = 0; i < length; ++i) std::copy_n(heads.head(b, h) + i * dim, dim, x.row(b * length + i) + h * dim);
}

template <typename Scalar>
void add(const std::vector<Scalar>& from, std::vector<Scalar>& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

/// One transformer's parameters and, in the backward pass, where the gradients of a slice are added up.
template <typename Scalar>
struct Parameters {
  using Map = TransformerLayout::Map;

  const TransformerConfig& config;
  const Scalar* values;
  Scalar* gradients;

  [[nodiscard]] const Scalar* at(Index offset) const { return offset < 0 ? nullptr : values + offset; }
  [[nodiscard]] Scalar* gradient_at(Index offset) const { return offset < 0 ? nullptr : gradients + offset; }

  void norm(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<Scalar>& y) const {
    if (config.norm == Norm::kLayer) {
      layer_norm(x, at(map.weight), at(map.bias), config.norm_epsilon, y);
    } else {
      rms_norm(x, at(map.weight), config.norm_epsilon, y);
    }
  }

  void norm_backward(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                     const MatrixView<Scalar>& x_gradient) const {
    if (config.norm == Norm::kLayer) {
      layer_norm_backward(x, at(map.weight), config.norm_epsilon, y_gradient, x_gradient, gradient_at(map.weight),
                          gradient_at(map.bias));
    } else {
      rms_norm_backward(x, at(map.weight), config.norm_epsilon, y_gradient, x_gradient, gradient_at(map.weight));
    }
  }

  void apply(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<Scalar>& y) const {
    linear(x, matrix(at(map.weight), x.columns, y.columns), at(map.bias), y);
  }

  void apply_backward(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                      const MatrixView<Scalar>& x_gradient) const {
    linear_backward(x, matrix(at(map.weight), x.columns, y_gradient.columns), y_gradient, x_gradient,
                    gradient_at(map.weight), gradient_at(map.bias));
  }
};

template <typename Scalar>
AttentionOptions<Scalar> attention_options(const TransformerConfig& config) {
  AttentionOptions<Scalar> options;
  options.causal = config.causal;
  options.threads = 1;  // slices are what threads share
  return options;
}

}  // namespace

template <typename Scalar>
void Transformer<Scalar>::run(std::span<const std::int32_t> tokens, Index batch, Activations& activations) const {
  const Parameters<Scalar> parameters{config_, parameters_.data(), nullptr};
  const Index n = static_cast<Index>(tokens.size());
  const Index d = config_.d_model;
  activations.batch = batch;
  activations.length = n / batch;
  activations.layers.resize(static_cast<std::size_t>(config_.layers));

  Activation<Scalar> x;
  x.resize(n, d);
  embed(tokens, parameters.at(layout_.embedding), x.view());
  std::vector<Scalar> sinusoids;
  if (config_.positions == Positions::kSinusoidal) sinusoids = sinusoidal_positions<Scalar>(activations.length, d);
  const Scalar* positions = sinusoids.empty() ? parameters.at(layout_.positions) : sinusoids.data();
  if (positions != nullptr)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < d; ++j) x.view().row(i)[j] += positions[i % activations.length * d + j];

  Activation<Scalar> scratch;
  for (Index l = 0; l < config_.layers; ++l) {
    const TransformerLayout::Layer& map = layout_.layers[static_cast<std::size_t>(l)];
    auto& layer = activations.layers[static_cast<std::size_t>(l)];
    layer.input = x;
    parameters.norm(map.attention_norm, x.constant(), layer.attention_input.resize(n, d));
    const auto project = [&](const TransformerLayout::Map& projection, Index heads, Tensor<Scalar>& result) {
      result = Tensor<Scalar>({batch, heads, activations.length, config_.head_dim()});
      parameters.apply(projection, layer.attention_input.constant(), scratch.resize(n, heads * config_.head_dim()));
      split_heads(scratch.constant(), result);
    };
    AttentionTrace<Scalar>& trace = layer.attention;
    project(map.query, config_.heads, trace.query);
    project(map.key, config_.key_value_heads(), trace.key);
    project(map.value, config_.key_value_heads(), trace.value);
    if (config_.positions == Positions::kRotary)
      for (auto* rotated : {&trace.query, &trace.key}) rotate_positions(*rotated, config_.rotary_base);
    trace.result = heed::attention(trace.query, trace.key, trace.value, attention_options<Scalar>(config_));
    merge_heads(trace.result.output, layer.joined.resize(n, d));
    for (Index h = 0; h < config_.heads; ++h)
      if (ablated_[static_cast<std::size_t>(l * config_.heads + h)] != 0)
        for (Index i = 0; i < n; ++i)
          std::fill_n(layer.joined.view().row(i) + h * config_.head_dim(), config_.head_dim(), Scalar{0});
    parameters.apply(map.output, layer.joined.constant(), scratch.resize(n, d));
    add(scratch.numbers, x.numbers);
    if (config_.feed_forward == FeedForward::kNone) continue;

    layer.middle = x;
    parameters.norm(map.feed_forward_norm, x.constant(), layer.feed_forward_input.resize(n, d));
    parameters.apply(map.up, layer.feed_forward_input.constant(), layer.up.resize(n, config_.hidden()));
    layer.hidden.resize(n, config_.hidden());
    if (config_.feed_forward == FeedForward::kSwiGlu) {
      parameters.apply(map.gate, layer.feed_forward_input.constant(), layer.gate.resize(n, config_.hidden()));
      swiglu<Scalar>(layer.gate.numbers, layer.up.numbers, layer.hidden.numbers);
    } else {
      gelu<Scalar>(layer.up.numbers, layer.hidden.numbers);
    }
    parameters.apply(map.down, layer.hidden.constant(), scratch.resize(n, d));
    add(scratch.numbers, x.numbers);
  }
  activations.last = std::move(x);
  parameters.norm(layout_.final_norm, activations.last.constant(), activations.normed.resize(n, d));
  multiply_transposed(activations.normed.constant(), matrix(parameters.at(layout_.unembedding), config_.vocabulary, d),
                      activations.logits.resize(n, config_.vocabulary));
}

/// From the gradient of the logits, which has taken their place, to those of the parameters.
template <typename Scalar>
void Transformer<Scalar>::run_back(std::span<const std::int32_t> tokens, Activations& activations) const {
  activations.gradients.assign(parameters_.size(), Scalar{0});
  const Parameters<Scalar> parameters{config_, parameters_.data(), activations.gradients.data()};
  const Index n = activations.tokens();
  const Index d = config_.d_model;

  // logits = normed · unembeddingᵀ is the linear map whose weight is the unembedding's transpose.
  Activation<Scalar> normed_gradient;
  normed_gradient.resize(n, d);
  linear<Scalar>(activations.logits.constant(), matrix(parameters.at(layout_.unembedding), config_.vocabulary, d),
                 nullptr, normed_gradient.view());
  Activation<Scalar> transposed;
  transposed.resize(config_.vocabulary, n);
  transpose(activations.logits.constant(), transposed.view());
  multiply_add(transposed.constant(), activations.normed.constant(),
               matrix(parameters.gradient_at(layout_.unembedding), config_.vocabulary, d));

  Activation<Scalar> x;  // the gradient of the residual stream
  x.resize(n, d);
  std::fill(x.numbers.begin(), x.numbers.end(), Scalar{0});
  parameters.norm_backward(layout_.final_norm, activations.last.constant(), normed_gradient.constant(), x.view());

  Activation<Scalar> scratch;
  Activation<Scalar> normed;
  for (Index l = config_.layers - 1; l >= 0; --l) {
    const TransformerLayout::Layer& map = layout_.layers[static_cast<std::size_t>(l)];
    auto& layer = activations.layers[static_cast<std::size_t>(l)];
    if (config_.feed_forward != FeedForward::kNone) {
      Activation<Scalar> hidden;
      parameters.apply_backward(map.down, layer.hidden.constant(), x.constant(), hidden.resize(n, config_.hidden()));
      if (config_.feed_forward == FeedForward::kSwiGlu) {
        Activation<Scalar> gate;
        gate.resize(n, config_.hidden());
        swiglu_backward<Scalar>(layer.gate.numbers, layer.up.numbers, gate.numbers, hidden.numbers);
        parameters.apply_backward(map.gate, layer.feed_forward_input.constant(), gate.constant(), scratch.resize(n, d));
      } else {
        gelu_backward<Scalar>(layer.up.numbers, hidden.numbers);
      }
      parameters.apply_backward(map.up, layer.feed_forward_input.constant(), hidden.constant(), normed.resize(n, d));
      if (config_.feed_forward == FeedForward::kSwiGlu) add(scratch.numbers, normed.numbers);
      parameters.norm_backward(map.feed_forward_norm, layer.middle.constant(), normed.constant(), x.view());
    }

    parameters.apply_backward(map.output, layer.joined.constant(), x.constant(), scratch.resize(n, d));
    for (Index h = 0; h < config_.heads; ++h)
      if (ablated_[static_cast<std::size_t>(l * config_.heads + h)] != 0)
        for (Index i = 0; i < n; ++i)
          std::fill_n(scratch.view().row(i) + h * config_.head_dim(), config_.head_dim(), Scalar{0});
    const AttentionTrace<Scalar>& trace = layer.attention;
    Tensor<Scalar> output_gradient(trace.result.output.shape);
    split_heads(scratch.constant(), output_gradient);
    AttentionGradients<Scalar> gradients = attention_backward<Scalar>(
        trace.query, trace.key, trace.value, trace.result, output_gradient, attention_options<Scalar>(config_));
    if (config_.positions == Positions::kRotary)
      for (auto* rotated : {&gradients.query, &gradients.key}) rotate_positions(*rotated, config_.rotary_base, -1);
    normed.resize(n, d);
    std::fill(normed.numbers.begin(), normed.numbers.end(), Scalar{0});
    Activation<Scalar> merged;
    const auto project_back = [&](const TransformerLayout::Map& projection, const Tensor<Scalar>& gradient) {
      merge_heads(gradient, merged.resize(n, gradient.shape.heads * gradient.shape.dim));
      parameters.apply_backward(projection, layer.attention_input.constant(), merged.constant(), scratch.resize(n, d));
      add(scratch.numbers, normed.numbers);
    };
    project_back(map.query, gradients.query);
    project_back(map.key, gradients.key);
    project_back(map.value, gradients.value);
    parameters.norm_backward(map.attention_norm, layer.input.constant(), normed.constant(), x.view());
  }

  embed_backward(tokens, x.constant(), parameters.gradient_at(layout_.embedding));
  if (Scalar* positions = parameters.gradient_at(layout_.positions); positions != nullptr)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < d; ++j) positions[i % activations.length * d + j] += x.view().row(i)[j];
}

#define HEED_INSTANTIATE(Scalar)                                                                    \
  template void Transformer<Scalar>::run(std::span<const std::int32_t>, Index, Activations&) const; \
  template void Transformer<Scalar>::run_back(std::span<const std::int32_t>, Activations&) const;
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
