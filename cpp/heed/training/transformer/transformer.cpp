#include "heed/training/transformer/transformer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "heed/attention/metrics/entropy.h"
#include "heed/model/layers/detail/parallel.h"
#include "heed/training/detail/parameters.h"
#include "heed/training/transformer/detail/transformer_activations.h"

namespace heed {
namespace {

/// Tokens of a slice: few enough that a slice's activations stay in the processor's cache.
constexpr Index kSliceTokens = 256;

double deviation_of_embedding(const Parameter& parameter, const TransformerConfig& config) {
  const bool gives_logits = parameter.name == "unembedding" || (config.tied && parameter.name == "embedding");
  return gives_logits ? 1 / std::sqrt(static_cast<double>(config.d_model)) : 1;
}

}  // namespace

template <typename Scalar>
Transformer<Scalar>::Transformer(const TransformerConfig& config, RandomState& random)
    : config_((check(config), config)),
      layout_(config),
      parameters_(static_cast<std::size_t>(layout_.size)),
      gradients_(static_cast<std::size_t>(layout_.size)),
      ablated_(static_cast<std::size_t>(checked_product("the heads", {config.layers, config.heads}))),
      whole_(std::make_unique<Activations>()) {
  if (config.positions == Positions::kRotary)
    rotary_ = RotaryPositions<Scalar>(config.context, config.heads, config.head_dim(), config.rotary_base);
  for (const Parameter& parameter : layout_.parameters)
    draw_parameter<Scalar>(parameter, deviation_of_embedding(parameter, config), random, parameters_);
}

template <typename Scalar>
Transformer<Scalar>::~Transformer() = default;
template <typename Scalar>
Transformer<Scalar>::Transformer(Transformer&&) noexcept = default;
template <typename Scalar>
Transformer<Scalar>& Transformer<Scalar>::operator=(Transformer&&) noexcept = default;

template <typename Scalar>
std::size_t Transformer<Scalar>::place_of_head(Index layer, Index head) const {
  require(layer >= 0 && layer < config_.layers && head >= 0 && head < config_.heads,
          {"there is no head ", head, " in layer ", layer, ": the network has ", config_.layers, " layers of ",
           config_.heads, " heads, counted from 0"});
  return static_cast<std::size_t>(layer * config_.heads + head);
}

template <typename Scalar>
void Transformer<Scalar>::ablate(Index layer, Index head, bool off) {
  ablated_[place_of_head(layer, head)] = off ? 1 : 0;
}

template <typename Scalar>
bool Transformer<Scalar>::is_ablated(Index layer, Index head) const {
  return ablated_[place_of_head(layer, head)] != 0;
}

template <typename Scalar>
void Transformer<Scalar>::check_tokens(std::span<const std::int32_t> tokens, Index batch) const {
  const Index count = static_cast<Index>(tokens.size());
  require(batch >= 1 && count > 0 && count % batch == 0,
          {count, " tokens cannot be ", batch, " sequences of equal length"});
  require(count / batch <= config_.context,
          {"the sequences have ", count / batch, " tokens but the context is ", config_.context});
  for (const std::int32_t token : tokens)
    require(token >= 0 && token < config_.vocabulary,
            {"there is no token ", token, " in a vocabulary of ", config_.vocabulary});
}

template <typename Scalar>
void Transformer<Scalar>::check_targets(std::span<const std::int32_t> tokens,
                                        std::span<const std::int32_t> targets) const {
  require(targets.size() == tokens.size(), {"there are ", static_cast<Index>(targets.size()), " targets for ",
                                            static_cast<Index>(tokens.size()), " tokens"});
  for (const std::int32_t target : targets)
    require(target >= -1 && target < config_.vocabulary,
            {"there is no target ", target, " in a vocabulary of ", config_.vocabulary, " (−1: not scored)"});
}

template <typename Scalar>
MatrixView<const Scalar> Transformer<Scalar>::forward(std::span<const std::int32_t> tokens, Index batch,
                                                      std::span<const std::int32_t> hidden) {
  check_tokens(tokens, batch);
  const Index length = static_cast<Index>(tokens.size()) / batch;
  std::vector<std::uint8_t> visible_keys(static_cast<std::size_t>(length), 1);
  for (const std::int32_t position : hidden) {
    require(position >= 0 && position < length,
            {"position ", position, " is to be hidden; the sequences have ", length, " tokens, counted from 0"});
    visible_keys[static_cast<std::size_t>(position)] = 0;
  }
  visible_keys_.clear();  // of no pass, where this one fails
  run(tokens, batch, *whole_, hidden.empty() ? std::span<const std::uint8_t>() : visible_keys);
  visible_keys_ = std::move(visible_keys);
  return whole_->logits.constant();
}

template <typename Scalar>
Tensor<Scalar> Transformer<Scalar>::attention_weights(Index layer) const {
  require(layer >= 0 && layer < static_cast<Index>(whole_->layers.size()),
          {"there is no attention of layer ", layer, " to look at: ", static_cast<Index>(whole_->layers.size()),
           " layers have been run"});
  return whole_->layers[static_cast<std::size_t>(layer)].attention.weights();
}

template <typename Scalar>
AttentionMaps<Scalar> Transformer<Scalar>::attention_maps(Index layer) const {
  AttentionMaps<Scalar> maps;
  maps.weights = attention_weights(layer);
  const auto [batch, heads, length, keys] = maps.weights.shape;
  maps.entropy = Tensor<Scalar>({batch, heads, length, 1}, "the entropy");
  maps.visible_keys = maps.entropy;
  const std::span<const Scalar> weights = maps.weights.data;
  require(std::ssize(visible_keys_) == length, {"the last pass through the network failed; it has no attention"});
  // Of the first 1, 2, … keys.
  std::vector<Index> visible(visible_keys_.size());
  std::inclusive_scan(visible_keys_.begin(), visible_keys_.end(), visible.begin(), std::plus(), Index{0});
  if (visible.back() < length) {
    maps.visible = Tensor<std::uint8_t>({1, 1, length, length}, "the visible keys");
    for (Index i = 0; i < length; ++i)
      std::copy_n(visible_keys_.begin(), config_.causal ? i + 1 : length, maps.visible.data.begin() + i * length);
  }
  for (std::size_t row = 0; row < maps.entropy.data.size(); ++row) {
    const auto size = static_cast<std::size_t>(keys);
    maps.entropy.data[row] = entropy(weights.subspan(row * size, size));
    maps.visible_keys.data[row] =
        static_cast<Scalar>(config_.causal ? visible[row % static_cast<std::size_t>(length)] : visible.back());
  }
  return maps;
}

template <typename Scalar>
Loss Transformer<Scalar>::evaluate(std::span<const std::int32_t> tokens, std::span<const std::int32_t> targets,
                                   Index batch) {
  check_targets(tokens, targets);
  return cross_entropy(forward(tokens, batch), targets);
}

template <typename Scalar>
Loss Transformer<Scalar>::loss_and_gradients(std::span<const std::int32_t> tokens,
                                             std::span<const std::int32_t> targets, Index batch, ThreadPool* pool) {
  check_tokens(tokens, batch);
  check_targets(tokens, targets);
  const Index length = static_cast<Index>(tokens.size()) / batch;
  const Index per_slice = std::max<Index>(1, kSliceTokens / length);
  const Index count = (batch + per_slice - 1) / per_slice;
  while (static_cast<Index>(slices_.size()) < count) slices_.push_back(std::make_unique<Activations>());
  const auto scored = std::count_if(targets.begin(), targets.end(), [](std::int32_t target) { return target >= 0; });
  const double weight = 1 / static_cast<double>(std::max<std::ptrdiff_t>(1, scored));

  for_each(pool, count, [&](Index slice) {
    Activations& activations = *slices_[static_cast<std::size_t>(slice)];
    const Index first = slice * per_slice;
    const Index sequences = std::min(per_slice, batch - first);
    const auto part = [&](std::span<const std::int32_t> all) {
      return all.subspan(static_cast<std::size_t>(first * length), static_cast<std::size_t>(sequences * length));
    };
    run(part(tokens), sequences, activations);
    activations.loss = cross_entropy_backward(activations.logits.view(), part(targets), weight);
    run_back(part(tokens), activations);
  });

  Loss loss;
  std::fill(gradients_.begin(), gradients_.end(), Scalar{0});
  for (Index slice = 0; slice < count; ++slice) {
    const Activations& activations = *slices_[static_cast<std::size_t>(slice)];
    loss += activations.loss;
    for (std::size_t i = 0; i < gradients_.size(); ++i) gradients_[i] += activations.gradients[i];
  }
  return loss;
}

template class Transformer<float>;
template class Transformer<double>;

}  // namespace heed
