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
  if (config.final_projection) final_projection_.emplace(*config.final_projection, loader);
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
  x = project(std::move(x), input.pool);
  if (config_.hidden_states_end_with_norm) take();
  return x;
}

/// Where there is a projection at the end.
Tensor<float> Stack::project(Tensor<float> x, ThreadPool* pool) const {
  if (!final_projection_) return x;
  Tensor<float> projected({1, 1, x.shape.length, config_.output_width()}, "the last hidden state");
  final_projection_->apply(matrix(x), matrix(projected), pool);
  return projected;
}

void Stack::join_terms(const Sublayer& sublayer, std::vector<ResidualTerm> output, ResidualTerms& terms) {
  if (sublayer.after_output) {
    std::vector<float> whole(output.front().values.size());
    for (std::size_t c = 0; c < whole.size(); ++c) {
      double sum = 0;
      for (const ResidualTerm& term : output) sum += term.values[c];
      whole[c] = static_cast<float>(sum);
    }
    ResidualTerms::apply_to(*sublayer.after_output, whole, output, output.front().values);
  }
  for (ResidualTerm& term : output)
    for (std::size_t c = 0; c < term.values.size(); ++c)
      term.values[c] *= sublayer.scale.empty() ? double{sublayer.multiplier} : double{sublayer.scale[c]};
  terms.join(std::move(output));
  if (sublayer.after_sum) terms.apply(*sublayer.after_sum);
}

ResidualTerms Stack::residual_terms(const StackResult& result, Index position) const {
  using Part = ResidualTerm::Part;
  const Index width = config_.width;
  const auto row_of = [&](std::vector<float>& numbers) { return matrix(numbers.data(), 1, width); };
  const Tensor<float>& first = result.hidden_states.front();
  const auto from = first.data.begin() + position * width;
  ResidualTerms terms(std::vector<float>(from, from + width));
  const auto before = [&](const Sublayer& sublayer) {
    std::vector<float> x = terms.whole();
    if (!sublayer.before) return x;
    if (sublayer.residual_after_before) {
      terms.apply(*sublayer.before);
      return terms.whole();
    }
    sublayer.before->apply(row_of(x), row_of(x));
    return x;
  };
  const auto heads_of = [&](const AttentionLayer& attention, const AttentionRecord& record, Part part, Index layer) {
    const Index dim = record.head_output.shape.dim;
    std::vector<ResidualTerm> output(1);
    const std::span<const float> bias = attention.output_bias();
    output.front().values.assign(bias.begin(), bias.end());
    output.front().values.resize(static_cast<std::size_t>(width));
    for (Index h = 0; h < record.head_output.shape.heads; ++h) {
      std::vector<float> added(static_cast<std::size_t>(width));
      attention.head_output({record.head_output.head(h) + position * dim, 1, dim, dim}, h, row_of(added));
      output.push_back(
          {.part = part, .layer = layer, .head = h, .values = std::vector<double>(added.begin(), added.end())});
    }
    return output;
  };
  const auto record_of = [&](const std::vector<AttentionRecord>& records, const AttentionConfig& attention,
                             std::size_t layer) -> const AttentionRecord& {
    const Shape outputs{1, attention.heads, first.shape.length, attention.value_dim};
    require(layer < records.size() && records[layer].head_output.shape == outputs,
            {"the result has no heads' outputs of shape ", outputs, " of layer ", static_cast<Index>(layer),
             "; ask for the details of all layers"});
    return records[layer];
  };
  for (Index layer = 0; layer < layers(); ++layer) {
    const auto at = static_cast<std::size_t>(layer);
    const Block& block = blocks_[at];
    const BlockConfig& config = config_.blocks[at];
    const AttentionRecord& attention = record_of(result.attentions, config.attention, at);
    const std::vector<float> attended = before(block.around_attention);
    std::vector<float> fed;
    if (block.parallel) fed = block.around_feed_forward.before ? before(block.around_feed_forward) : attended;
    join_terms(block.around_attention, heads_of(block.attention, attention, Part::kHead, layer), terms);
    if (block.cross_attention) {
      (void)before(block.around_cross_attention);
      const AttentionRecord& cross = record_of(result.cross_attentions, *config.cross_attention, at);
      join_terms(block.around_cross_attention, heads_of(*block.cross_attention, cross, Part::kCrossHead, layer), terms);
    }
    if (!block.parallel) fed = before(block.around_feed_forward);
    std::vector<float> output(static_cast<std::size_t>(width));
    block.feed_forward.apply(row_of(fed), row_of(output), nullptr);
    std::vector<ResidualTerm> added(2);
    added[0].values.resize(static_cast<std::size_t>(width));
    added[1] = {
        .part = Part::kFeedForward, .layer = layer, .values = std::vector<double>(output.begin(), output.end())};
    join_terms(block.around_feed_forward, std::move(added), terms);
  }
  if (final_norm_) terms.apply(*final_norm_);
  if (final_projection_) terms.project(*final_projection_);
  return terms;
}

bool Stack::rotate_back(Index layer, Index position, Index length, float* vector) const {
  const Index rotary = blocks_.at(static_cast<std::size_t>(layer)).rotary;
  if (rotary < 0) return false;
  RotaryTable(rotary_[static_cast<std::size_t>(rotary)], position, 1, length).rotate_back(vector, 0);
  return true;
}

Tensor<float> Stack::finish(Tensor<float> state, Index layer) const {
  if (layer == layers() && config_.hidden_states_end_with_norm) return state;
  if (final_norm_) final_norm_->apply(matrix(state), matrix(state));
  return project(std::move(state), nullptr);
}

}  // namespace heed
