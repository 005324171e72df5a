#include "heed/model/stack.h"

#include <algorithm>

namespace heed {

Stack::Sublayer::Sublayer(const SublayerConfig& config, Index width, ParameterLoader& loader)
    : before(load_norm(config.before, width, loader)),
      after_output(load_norm(config.after_output, width, loader)),
      after_sum(load_norm(config.after_sum, width, loader)),
      multiplier(static_cast<float>(config.multiplier)),
      scale(loader.vector(config.scale, width)),
      residual_after_before(config.residual_after_before) {}

Stack::Block::Block(const BlockConfig& config, Index width, ParameterLoader& loader)
    : attention(config.attention, width, loader),
      around_attention(config.around_attention, width, loader),
      around_cross_attention(config.around_cross_attention, width, loader),
      feed_forward(config.feed_forward, loader),
      around_feed_forward(config.around_feed_forward, width, loader),
      parallel(config.parallel) {
  if (config.cross_attention) cross_attention.emplace(*config.cross_attention, width, loader);
}

Stack::Stack(const StackConfig& config, Index vocabulary, std::optional<Index> padding_token, ParameterLoader& loader)
    : config_(config),
      embedding_(config, vocabulary, padding_token, loader),
      final_norm_(load_norm(config.final_norm, config.width, loader)) {
  blocks_.reserve(config.blocks.size());
  for (const BlockConfig& block : config.blocks) {
    Block& loaded = blocks_.emplace_back(block, config.width, loader);
    const RotaryConfig& rotary = block.attention.rotary;
    if (rotary.frequencies.empty()) continue;
    const auto found = std::ranges::find(rotary_, rotary);
    loaded.rotary = found - rotary_.begin();
    if (found == rotary_.end()) rotary_.push_back(rotary);
  }
}

const AttentionLayer& Stack::attention(Index layer) const {
  require(layer >= 0 && layer < layers(), {"there is no layer ", layer, " among ", layers()});
  return blocks_[static_cast<std::size_t>(layer)].attention;
}

const AttentionLayer& Stack::cross_attention(Index layer) const {
  (void)attention(layer);
  const std::optional<AttentionLayer>& cross = blocks_[static_cast<std::size_t>(layer)].cross_attention;
  require(cross.has_value(), {"layer ", layer, " has no cross-attention"});
  return *cross;
}

std::vector<RotaryTable> Stack::rotary_tables(Index first, Index count) const {
  std::vector<RotaryTable> tables;
  tables.reserve(rotary_.size());
  for (const RotaryConfig& rotary : rotary_) tables.emplace_back(rotary, first, count, first + count);
  return tables;
}

/// Joins a sublayer's output to the residual x.
void Stack::add(const Sublayer& sublayer, const MatrixView<float>& output, const MatrixView<float>& x) {
  if (sublayer.after_output) sublayer.after_output->apply(output, output);
  for (Index i = 0; i < x.rows; ++i) {
    float* to = x.row(i);
    const float* from = output.row(i);
    if (sublayer.scale.empty()) {
      for (Index c = 0; c < x.columns; ++c) to[c] += sublayer.multiplier * from[c];
    } else {
      for (Index c = 0; c < x.columns; ++c) to[c] += sublayer.scale[static_cast<std::size_t>(c)] * from[c];
    }
  }
}

Tensor<float> Stack::run(Tensor<float> x, const Input& input, StackResult& result) const {
  const Index length = x.shape.length;
  const Index width = config_.width;
  const StackProbe& probe = *input.probe;
  const std::vector<RotaryTable> rotary = rotary_tables(input.first_position, length);
  Tensor<float> normed({1, 1, length, width}, "the normed hidden state");
  Tensor<float> output({1, 1, length, width}, "a layer's output");
  result.attentions.resize(blocks_.size());
  if (!blocks_.empty() && blocks_.front().cross_attention) result.cross_attentions.resize(blocks_.size());

  const auto patch = [&](std::size_t layer) {
    for (const Interventions::Patch& each : probe.patches[layer])
      std::ranges::copy(each.values, matrix(x).row(each.position));
    if (probe.hidden_states) result.hidden_states.push_back(x);
  };
  /// What a sublayer takes: x, or x normed.
  const auto before = [&](const Sublayer& sublayer) {
    if (!sublayer.before) return matrix(x);
    sublayer.before->apply(matrix(x), matrix(normed));
    if (sublayer.residual_after_before) x = normed;
    return matrix(normed);
  };
  const auto join = [&](const Sublayer& sublayer) {
    add(sublayer, matrix(output), matrix(x));
    if (sublayer.after_sum) sublayer.after_sum->apply(matrix(x), matrix(x));
  };

  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    if (input.is_cancelled != nullptr && *input.is_cancelled && (*input.is_cancelled)()) throw Cancelled();
    const Block& block = blocks_[layer];
    patch(layer);
    AttentionInput attention{.x = before(block.around_attention),
                             .first_position = input.first_position,
                             .visible = input.visible,
                             .rotary = block.rotary < 0 ? nullptr : &rotary[static_cast<std::size_t>(block.rotary)],
                             .cache = input.cache == nullptr ? nullptr : &input.cache->layer(static_cast<Index>(layer)),
                             .probe = &probe.attention[layer],
                             .record = &result.attentions[layer],
                             .pool = input.pool};
    block.attention.apply(attention, matrix(output));
    if (block.parallel) {
      Tensor<float> fed({1, 1, length, width}, "a layer's output");
      const Sublayer& around = block.around_feed_forward;
      block.feed_forward.apply(around.before ? before(around) : attention.x, matrix(fed), input.pool);
      join(block.around_attention);
      output = std::move(fed);
      join(around);
      continue;
    }
    join(block.around_attention);
    if (block.cross_attention) {
      const bool is_cached = input.cache != nullptr && input.memory.data == nullptr;
      block.cross_attention->apply({.x = before(block.around_cross_attention),
                                    .memory = input.memory,
                                    .first_position = input.first_position,
                                    .visible = input.memory_visible,
                                    .cache = input.cache == nullptr ? nullptr : &input.cache->cross_layers()[layer],
                                    .cached_keys = is_cached ? input.cache->encoder_length() : 0,
                                    .probe = &probe.cross_attention[layer],
                                    .record = &result.cross_attentions[layer],
                                    .pool = input.pool},
                                   matrix(output));
      join(block.around_cross_attention);
    }
    block.feed_forward.apply(before(block.around_feed_forward), matrix(output), input.pool);
    join(block.around_feed_forward);
  }
  const auto take = [&] {
    if (probe.hidden_states) result.hidden_states.push_back(x);
  };
  for (const Interventions::Patch& each : probe.patches[blocks_.size()])
    std::ranges::copy(each.values, matrix(x).row(each.position));
  if (!config_.hidden_states_end_with_norm) take();
  if (final_norm_) final_norm_->apply(matrix(x), matrix(x));
  if (config_.hidden_states_end_with_norm) take();
  return x;
}

void Stack::finish(const MatrixView<float>& state, Index layer) const {
  if (!final_norm_ || (layer == layers() && config_.hidden_states_end_with_norm)) return;
  final_norm_->apply(state, state);
}

}  // namespace heed
