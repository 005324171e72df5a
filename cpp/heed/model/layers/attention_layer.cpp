#include "heed/model/layers/attention_layer.h"

#include <algorithm>
#include <utility>

#include "heed/model/layers/detail/attended_heads.h"
#include "heed/model/layers/detail/parallel.h"

namespace heed {
namespace {

std::optional<NormLayer> load_head_norm(const std::optional<HeadNormConfig>& config, Index heads, Index dim,
                                        ParameterLoader& loader) {
  if (!config) return std::nullopt;
  switch (config->scope) {
    case HeadNormConfig::Scope::kAllHeads:
      return NormLayer(config->norm, heads * dim, loader);
    case HeadNormConfig::Scope::kHeadOwnGain:
      return NormLayer(config->norm, dim, loader, heads);
    default:
      return NormLayer(config->norm, dim, loader);
  }
}

}  // namespace

/// Queries, and where keys and values lie.
struct AttentionLayer::Projected {
  HeadRows query;
  HeadRows key;  ///< empty where they are in the cache
  HeadRows value;
  AttendedContent content;
};

AttentionLayer::AttentionLayer(const AttentionConfig& config, Index width, ParameterLoader& loader)
    : config_(config),
      projections_(config.projections, loader),
      memory_projections_(config.memory_projections, loader),
      output_(config.output, loader),
      query_norm_(load_head_norm(config.query_norm, config.heads, config.head_dim, loader)),
      key_norm_(load_head_norm(config.key_norm, config.key_value_heads, config.head_dim, loader)) {
  if (config.relative_bias)
    relative_table_ = loader.numbers(config.relative_bias->table, {config.relative_bias->buckets, config.heads});
  if (config.disentangled) disentangled_.emplace(*config.disentangled, width, loader);
}

/// Takes heads out of the rows of a projection: head h to `to` + h · head_step, (rows × dim) each.
void AttentionLayer::split(const MatrixView<const float>& rows, const HeadColumns& columns, Index heads, Index dim,
                           float* to, Index head_step) const {
  const auto clip = static_cast<float>(config_.clip);
  for (Index h = 0; h < heads; ++h)
    for (Index i = 0; i < rows.rows; ++i) {
      float* vector = std::copy_n(rows.row(i) + columns.of(h), dim, to + h * head_step + i * dim) - dim;
      if (clip > 0)
        for (Index c = 0; c < dim; ++c) vector[c] = std::clamp(vector[c], -clip, clip);
    }
}

/// Norms queries or keys and gives them rotary positions.
void AttentionLayer::finish(const std::optional<NormLayer>& norm, const std::optional<HeadNormConfig>& config,
                            const RotaryTable* rotary, Index heads, Index count, float* vectors,
                            Index head_step) const {
  const Index dim = config_.head_dim;
  const auto vector = [&](Index h, Index i) { return vectors + h * head_step + i * dim; };
  if (norm && config->scope == HeadNormConfig::Scope::kAllHeads) {
    Tensor<float> heads_of_row({1, 1, heads, dim}, "the heads of a row");
    float* row = heads_of_row.data.data();
    for (Index i = 0; i < count; ++i) {
      for (Index h = 0; h < heads; ++h) std::copy_n(vector(h, i), dim, row + h * dim);
      norm->apply(row, 0);
      for (Index h = 0; h < heads; ++h) std::copy_n(row + h * dim, dim, vector(h, i));
    }
  }
  for (Index h = 0; h < heads; ++h)
    for (Index i = 0; i < count; ++i) {
      if (norm && config->scope != HeadNormConfig::Scope::kAllHeads)
        norm->apply(vector(h, i), config->scope == HeadNormConfig::Scope::kHeadOwnGain ? h : 0);
      if (rotary != nullptr) rotary->rotate(vector(h, i), i);
    }
}

AttentionLayer::Projected AttentionLayer::project(const AttentionInput& input) const {
  const AttentionConfig& c = config_;
  const Index queries = input.x.rows;
  Projected projected;
  Tensor<float> rows({1, 1, queries, projections_.columns()}, "the projections");
  const MatrixView<float> all = matrix(rows);
  projections_.apply(input.x, all, input.pool);
  projected.query = HeadRows(c.heads, queries, c.head_dim, "the queries");
  const Index query_step = projected.query.step();
  const MatrixView<const float> of_x{all.data, all.rows, all.columns, all.stride};
  split(of_x, c.query, c.heads, c.head_dim, projected.query.head(0), query_step);
  finish(query_norm_, c.query_norm, input.rotary, c.heads, queries, projected.query.head(0), query_step);

  AttendedContent& content = projected.content;
  content.query = projected.query.head(0);
  content.queries = queries;
  content.query_step = query_step;
  content.first_position = input.first_position;
  content.visible = input.visible;

  const auto attend_to = [&](const HeadRows& keys, const HeadRows& values) {
    content.key = keys.head(0);
    content.value = values.head(0);
    content.keys = keys.shape.length;
    content.key_step = keys.step();
    content.value_step = values.step();
  };
  // Keys and values of `from`, which follow `before` others in the cache.
  const auto add = [&](const MatrixView<const float>& from, Index before, const RotaryTable* rotary) {
    if (input.cache == nullptr) {
      projected.key = HeadRows(c.key_value_heads, from.rows, c.head_dim, "the keys");
      projected.value = HeadRows(c.key_value_heads, from.rows, c.value_dim, "the values");
    } else {
      input.cache->keys.resize(before + from.rows);
      input.cache->values.resize(before + from.rows);
    }
    HeadRows& keys = input.cache == nullptr ? projected.key : input.cache->keys;
    HeadRows& values = input.cache == nullptr ? projected.value : input.cache->values;
    float* key = keys.head(0) + before * c.head_dim;
    split(from, c.key, c.key_value_heads, c.head_dim, key, keys.step());
    split(from, c.value, c.key_value_heads, c.value_dim, values.head(0) + before * c.value_dim, values.step());
    finish(key_norm_, c.key_norm, rotary, c.key_value_heads, from.rows, key, keys.step());
    attend_to(keys, values);
  };
  if (!c.is_cross()) {
    add(of_x, input.cache == nullptr ? 0 : input.first_position, input.rotary);
  } else if (input.cached_keys > 0) {
    attend_to(input.cache->keys, input.cache->values);
  } else {
    Tensor<float> memory({1, 1, input.memory.rows, memory_projections_.columns()}, "the projections of the memory");
    const MatrixView<float> of_memory = matrix(memory);
    memory_projections_.apply(input.memory, of_memory, input.pool);
    if (input.cache != nullptr) {
      input.cache->keys = HeadRows(c.key_value_heads, input.memory.rows, c.head_dim, "the keys");
      input.cache->values = HeadRows(c.key_value_heads, input.memory.rows, c.value_dim, "the values");
    }
    add({of_memory.data, of_memory.rows, of_memory.columns, of_memory.stride}, 0, nullptr);
  }
  return projected;
}

void AttentionLayer::attend(const AttentionInput& input, const AttendedContent& content, HeadRows& output,
                            HeadRows& log_sum_exp, HeadRows& entropy) const {
  constexpr Index kQueries = 128;  // of a unit of work: a multiple of what the kernels take together
  static const AttentionProbe kNothing;
  const AttentionProbe& probe = input.probe == nullptr ? kNothing : *input.probe;
  Tensor<float> weights;
  if (!probe.heads.empty())
    weights = Tensor<float>({1, static_cast<Index>(probe.heads.size()), content.queries, content.keys},
                            "the attention weights");
  const AttendedHeads heads(config_, content, relative_table_, disentangled_ ? &*disentangled_ : nullptr, input.pool);
  const auto result_of = [&](Index h) {
    const auto kept = std::ranges::find(probe.heads, h);
    float* weights_of_head = kept == probe.heads.end() ? nullptr : weights.head(0, kept - probe.heads.begin());
    return AttendedHeads::Result{output.head(h), log_sum_exp.head(h), entropy.head(h), weights_of_head};
  };
  const Index blocks = (content.queries + kQueries - 1) / kQueries;
  for_each(input.pool, config_.heads * blocks, [&](Index unit) {
    const Index h = unit / blocks;
    const Index first = (blocks - 1 - unit % blocks) * kQueries;  // under a causal mask the last take longest
    heads.attend(h, {first, std::min(kQueries, content.queries - first)}, result_of(h));
  });
  for (const Interventions::MaskedPair& pair : probe.masked) {
    std::vector<Index>
        hidden;  // all that this query of this head may not see: each of its pairs leads to the same result
    for (const Interventions::MaskedPair& each : probe.masked)
      if (each.head == pair.head && each.query == pair.query) hidden.push_back(each.key);
    heads.attend_without(pair.head, pair.query, hidden, result_of(pair.head));
  }
  for (const Index h : probe.ablated) std::fill_n(output.head(h), content.queries * config_.value_dim, 0.0F);
  if (input.record != nullptr) input.record->weights = std::move(weights);
}

void AttentionLayer::apply(const AttentionInput& input, const MatrixView<float>& y) const {
  const AttentionConfig& c = config_;
  Projected projected = project(input);
  const AttendedContent& content = projected.content;
  HeadRows output(c.heads, content.queries, c.value_dim, "the heads' outputs");
  HeadRows log_sum_exp(c.heads, content.queries, 1, "the log-sum-exp");
  HeadRows entropy(c.heads, content.queries, 1, "the entropies");
  attend(input, content, output, log_sum_exp, entropy);

  const Index columns = c.heads * c.value_dim;
  Tensor<float> joined({1, 1, content.queries, columns}, "the heads side by side");
  for (Index h = 0; h < c.heads; ++h)
    for (Index i = 0; i < content.queries; ++i)
      std::copy_n(output.head(h) + i * c.value_dim, c.value_dim, matrix(joined).row(i) + h * c.value_dim);
  output_.apply(matrix(std::as_const(joined)), y, input.pool);

  if (input.probe == nullptr || !input.probe->details) return;
  AttentionRecord& record = *input.record;
  record.first_position = content.first_position;
  record.visible.assign(content.visible.begin(), content.visible.end());
  record.masked = input.probe->masked;
  if (input.cache == nullptr) {
    record.key = std::move(projected.key);
    record.value = std::move(projected.value);
  } else if (input.probe->detail_keys) {
    record.key = HeadRows(input.cache->keys.tensor());
    record.value = HeadRows(input.cache->values.tensor());
  }
  record.query = std::move(projected.query);
  record.head_output = std::move(output);
  record.log_sum_exp = std::move(log_sum_exp);
  record.entropy = std::move(entropy);
}

AttendedContent AttentionLayer::content_of(const AttentionRecord& record) const {
  require(!record.query.data.empty() && record.query.shape.heads == config_.heads,
          {"the record has no queries of ", config_.heads, " heads; ask for the details of the layer"});
  require(!record.key.data.empty(), {"the record has no keys, as the cache has them; ask for detail_keys"});
  const Index keys = record.key.shape.length;
  const Index queries = record.query.shape.length;
  require(record.query.shape == Shape{1, config_.heads, queries, config_.head_dim} &&
              record.key.shape == Shape{1, config_.key_value_heads, keys, config_.head_dim} &&
              record.log_sum_exp.shape == Shape{1, config_.heads, queries, 1},
          {"the record has queries of shape ", record.query.shape, " and keys of shape ", record.key.shape,
           ", which is not what heads of ", config_.head_dim, " components make: it is of another model"});
  return {.query = record.query.head(0),
          .key = record.key.head(0),
          .queries = queries,
          .keys = keys,
          .query_step = record.query.step(),
          .key_step = record.key.step(),
          .first_position = record.first_position,
          .visible = record.visible};
}

void AttentionLayer::visit_weights(const AttentionRecord& record, Index first, Index count, Index row, Index rows,
                                   const VisitWeights& visit) const {
  constexpr Index kRows = 64;  // of weights that exist at a time
  const AttendedContent content = content_of(record);
  require(first >= 0 && count >= 0 && first <= config_.heads - count,
          {"there are no ", count, " heads from ", first, " among ", config_.heads});
  require(row >= 0 && rows >= 0 && row <= content.queries - rows,
          {"there are no ", rows, " queries from ", row, " among ", content.queries});
  const AttendedHeads heads(config_, content, relative_table_, disentangled_ ? &*disentangled_ : nullptr, nullptr);
  const Visibility limits{.keys = content.keys,
                          .causal = config_.causal,
                          .left = config_.window_left,
                          .right = config_.window_right,
                          .offset = content.first_position};
  Tensor<float> weights({1, 1, std::min(kRows, rows), content.keys}, "rows of weights");
  for (Index h = first; h < first + count; ++h)
    for (Index at = row; at < row + rows; at += kRows) {
      const Index part = std::min(kRows, row + rows - at);
      const float* log_sum_exp = record.log_sum_exp.head(h);
      Index columns = 0;
      for (Index i = at; i < at + part; ++i) {
        const bool sees_none = log_sum_exp[i] == -std::numeric_limits<float>::infinity();
        columns = std::max(columns, sees_none ? content.keys : limits.of(i).last);
      }
      const MatrixView<float> view = matrix(weights.data.data(), part, columns);
      heads.weights(h, {.head = h, .row = at, .rows = part, .columns = columns}, log_sum_exp, view);
      // exp(logit − log-sum-exp) can round to a few units above 1.
      for (float& weight : std::span(weights.data).first(static_cast<std::size_t>(part * columns)))
        weight = std::min(weight, 1.0F);
      for (const Interventions::MaskedPair& pair : record.masked)
        if (pair.head == h && pair.query >= at && pair.query < at + part && pair.key < columns &&
            log_sum_exp[pair.query] != -std::numeric_limits<float>::infinity())
          view.row(pair.query - at)[pair.key] = 0;
      visit(h, at, {view.data, view.rows, view.columns, view.stride});
    }
}

void AttentionLayer::logits(const AttentionRecord& record, Index head, float* products, float* logits) const {
  const AttendedContent content = content_of(record);
  const AttendedHeads heads(config_, content, relative_table_, disentangled_ ? &*disentangled_ : nullptr, nullptr);
  heads.logits(head, {.head = head, .rows = content.queries, .columns = content.keys}, products, logits);
}

float AttentionLayer::bias(const AttentionRecord& record, Index head, Index query, Index key) const {
  return AttendedHeads(config_, content_of(record), relative_table_, disentangled_ ? &*disentangled_ : nullptr, nullptr)
      .bias(head, query, key);
}

void AttentionLayer::head_output(const MatrixView<const float>& x, Index head, const MatrixView<float>& y) const {
  const Index columns = config_.heads * config_.value_dim;
  Tensor<float> joined({1, 1, x.rows, columns}, "the heads side by side");
  for (Index i = 0; i < x.rows; ++i)
    std::copy_n(x.row(i), config_.value_dim, matrix(joined).row(i) + head * config_.value_dim);
  output_.apply_without_bias(matrix(std::as_const(joined)), y);
}

void AttentionLayer::weights(const AttentionRecord& record, const WeightsBlock& block,
                             const MatrixView<float>& weights) const {
  const AttentionConfig& c = config_;
  const AttendedContent content = content_of(record);
  require(block.head >= 0 && block.head < c.heads, {"there is no head ", block.head, " among ", c.heads});
  check_part("the block", record.query.shape, content.keys, record.log_sum_exp.shape, block.row, block.rows,
             block.column, block.columns);
  const AttendedHeads heads(c, content, relative_table_, disentangled_ ? &*disentangled_ : nullptr, nullptr);
  heads.weights(block.head, block, record.log_sum_exp.head(block.head), weights);
  for (const Interventions::MaskedPair& pair : record.masked)
    if (pair.head == block.head && pair.query >= block.row && pair.query < block.row + block.rows &&
        pair.key >= block.column && pair.key < block.column + block.columns &&
        record.log_sum_exp.head(pair.head)[pair.query] != -std::numeric_limits<float>::infinity())
      weights.row(pair.query - block.row)[pair.key - block.column] = 0;
}

}  // namespace heed
