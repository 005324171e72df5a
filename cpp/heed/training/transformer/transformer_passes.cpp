// The two passes of a transformer over one slice of sequences, side by side.

#include <algorithm>

#include "heed/ops/activations/gelu.h"
#include "heed/ops/activations/swiglu.h"
#include "heed/ops/embedding.h"
#include "heed/ops/linear.h"
#include "heed/ops/norms/layer_norm.h"
#include "heed/ops/norms/rms_norm.h"
#include "heed/training/transformer/detail/transformer_activations.h"

namespace heed {
namespace {

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

  [[nodiscard]] MatrixView<const Scalar> weight(const Map& map, Index rows, Index columns) const {
    return matrix(at(map.weight), rows, columns);
  }

  void apply(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<Scalar>& y) const {
    linear(x, weight(map, x.columns, y.columns), at(map.bias), y);
  }

  void apply_add(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<Scalar>& y) const {
    linear_add(x, weight(map, x.columns, y.columns), at(map.bias), y);
  }

  void apply_backward(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                      const MatrixView<Scalar>& x_gradient) const {
    linear_backward(x, weight(map, x.columns, y_gradient.columns), y_gradient, x_gradient, gradient_at(map.weight),
                    gradient_at(map.bias));
  }

  void apply_backward_add(const Map& map, const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                          const MatrixView<Scalar>& x_gradient) const {
    linear_backward_add(x, weight(map, x.columns, y_gradient.columns), y_gradient, x_gradient, gradient_at(map.weight),
                        gradient_at(map.bias));
  }
};

}  // namespace

/// Heads that are off count as 0, and so do the gradients of what they gave.
template <typename Scalar>
void Transformer<Scalar>::zero_ablated_heads(Index layer, const MatrixView<Scalar>& heads) const {
  for (Index h = 0; h < config_.heads; ++h)
    if (ablated_[static_cast<std::size_t>(layer * config_.heads + h)] != 0)
      for (Index i = 0; i < heads.rows; ++i)
        std::fill_n(heads.row(i) + h * config_.head_dim(), config_.head_dim(), Scalar{0});
}

template <typename Scalar>
void Transformer<Scalar>::run(std::span<const std::int32_t> tokens, Index batch, Activations& activations,
                              std::span<const std::uint8_t> visible_keys) const {
  const Parameters<Scalar> parameters{config_, parameters_.data(), nullptr};
  const Index n = static_cast<Index>(tokens.size());
  const Index d = config_.d_model;
  const Index dim = config_.head_dim();
  activations.batch = batch;
  activations.length = n / batch;
  activations.layers.resize(static_cast<std::size_t>(config_.layers));
  const SelfAttentionShape attention{batch, activations.length, config_.heads,  config_.key_value_heads(),
                                     dim,   config_.causal,     config_.scaled, visible_keys};

  const auto input_of = [&](Index layer) -> MatrixBuffer<Scalar>& {
    return layer < config_.layers ? activations.layers[static_cast<std::size_t>(layer)].input : activations.last;
  };
  embed(tokens, parameters.at(layout_.embedding), input_of(0).resize(n, d));
  std::vector<Scalar> sinusoids;
  if (config_.positions == Positions::kSinusoidal) sinusoids = sinusoidal_positions<Scalar>(activations.length, d);
  const Scalar* positions = sinusoids.empty() ? parameters.at(layout_.positions) : sinusoids.data();
  if (positions != nullptr)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < d; ++j) input_of(0).view().row(i)[j] += positions[i % activations.length * d + j];

  for (Index l = 0; l < config_.layers; ++l) {
    const TransformerLayout::Layer& map = layout_.layers[static_cast<std::size_t>(l)];
    auto& layer = activations.layers[static_cast<std::size_t>(l)];
    parameters.norm(map.attention_norm, layer.input.constant(), layer.attention_input.resize(n, d));
    SelfAttention<Scalar>& heads = layer.attention;
    const Index kv = config_.key_value_heads() * dim;
    parameters.apply(map.query, layer.attention_input.constant(), heads.query.resize(n, d));
    parameters.apply(map.key, layer.attention_input.constant(), heads.key.resize(n, kv));
    parameters.apply(map.value, layer.attention_input.constant(), heads.value.resize(n, kv));
    if (config_.positions == Positions::kRotary)
      for (auto* rotated : {&heads.query, &heads.key}) rotary_.rotate(rotated->view(), activations.length);
    heads.forward(attention, layer.joined.resize(n, d));
    zero_ablated_heads(l, layer.joined.view());

    const bool feeds_forward = config_.feed_forward != FeedForward::kNone;
    MatrixBuffer<Scalar>& middle = feeds_forward ? layer.middle : input_of(l + 1);
    middle = layer.input;
    parameters.apply_add(map.output, layer.joined.constant(), middle.view());
    if (!feeds_forward) continue;

    parameters.norm(map.feed_forward_norm, middle.constant(), layer.feed_forward_input.resize(n, d));
    parameters.apply(map.up, layer.feed_forward_input.constant(), layer.up.resize(n, config_.hidden()));
    layer.hidden.resize(n, config_.hidden());
    if (config_.feed_forward == FeedForward::kSwiGlu) {
      parameters.apply(map.gate, layer.feed_forward_input.constant(), layer.gate.resize(n, config_.hidden()));
      swiglu<Scalar>(layer.gate.numbers, layer.up.numbers, layer.hidden.numbers);
    } else {
      gelu<Scalar>(layer.up.numbers, layer.hidden.numbers);
    }
    input_of(l + 1) = middle;
    parameters.apply_add(map.down, layer.hidden.constant(), input_of(l + 1).view());
  }
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
  auto& [stream, normed, joined, gate, hidden, attention] = activations.backward;

  // logits = normed · unembeddingᵀ is the linear map whose weight is the unembedding's transpose.
  multiply(activations.logits.constant(), matrix(parameters.at(layout_.unembedding), config_.vocabulary, d),
           normed.resize(n, d));
  transpose_multiply_add(activations.logits.constant(), activations.normed.constant(),
                         matrix(parameters.gradient_at(layout_.unembedding), config_.vocabulary, d));
  parameters.norm_backward(layout_.final_norm, activations.last.constant(), normed.constant(), stream.zeros(n, d));

  for (Index l = config_.layers - 1; l >= 0; --l) {
    const TransformerLayout::Layer& map = layout_.layers[static_cast<std::size_t>(l)];
    auto& layer = activations.layers[static_cast<std::size_t>(l)];
    if (config_.feed_forward != FeedForward::kNone) {
      parameters.apply_backward(map.down, layer.hidden.constant(), stream.constant(),
                                hidden.resize(n, config_.hidden()));
      if (config_.feed_forward == FeedForward::kSwiGlu) {
        gate.resize(n, config_.hidden());
        swiglu_backward<Scalar>(layer.gate.numbers, layer.up.numbers, gate.numbers, hidden.numbers);
      } else {
        gelu_backward<Scalar>(layer.up.numbers, hidden.numbers);
      }
      parameters.apply_backward(map.up, layer.feed_forward_input.constant(), hidden.constant(), normed.resize(n, d));
      if (config_.feed_forward == FeedForward::kSwiGlu)
        parameters.apply_backward_add(map.gate, layer.feed_forward_input.constant(), gate.constant(), normed.view());
      parameters.norm_backward(map.feed_forward_norm, layer.middle.constant(), normed.constant(), stream.view());
    }

    parameters.apply_backward(map.output, layer.joined.constant(), stream.constant(), joined.resize(n, d));
    zero_ablated_heads(l, joined.view());
    layer.attention.backward(joined.constant(), attention);
    if (config_.positions == Positions::kRotary)
      for (auto* rotated : {&attention.query, &attention.key}) rotary_.rotate(rotated->view(), activations.length, -1);
    const auto input = layer.attention_input.constant();
    parameters.apply_backward(map.query, input, attention.query.constant(), normed.resize(n, d));
    parameters.apply_backward_add(map.key, input, attention.key.constant(), normed.view());
    parameters.apply_backward_add(map.value, input, attention.value.constant(), normed.view());
    parameters.norm_backward(map.attention_norm, layer.input.constant(), normed.constant(), stream.view());
  }

  embed_backward(tokens, stream.constant(), parameters.gradient_at(layout_.embedding));
  if (Scalar* positions = parameters.gradient_at(layout_.positions); positions != nullptr)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < d; ++j) positions[i % activations.length * d + j] += stream.view().row(i)[j];
}

#define HEED_INSTANTIATE(Scalar)                                                                 \
  template void Transformer<Scalar>::zero_ablated_heads(Index, const MatrixView<Scalar>&) const; \
  template void Transformer<Scalar>::run(std::span<const std::int32_t>, Index, Activations&,     \
                                         std::span<const std::uint8_t>) const;                   \
  template void Transformer<Scalar>::run_back(std::span<const std::int32_t>, Activations&) const;
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
