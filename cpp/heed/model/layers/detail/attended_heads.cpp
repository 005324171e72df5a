#include "heed/model/layers/detail/attended_heads.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "heed/attention/detail/attention_kernel_call.h"

namespace heed {
AttendedHeads::AttendedHeads(const AttentionConfig& config, const AttendedContent& content,
                             std::span<const float> relative_table, const DisentangledPositions* disentangled,
                             ThreadPool* pool)
    : config_(config), content_(content), disentangled_(disentangled) {
  hides_keys_ = std::ranges::find(content.visible, std::uint8_t{0}) != content.visible.end();
  const bool counts_visible = config.alibi && config.alibi->skips_hidden_positions && hides_keys_;
  if (config.alibi && (counts_visible || config.alibi->rounds_to_bfloat16)) {
    key_bias_ =
        alibi_of_keys(*config.alibi, content.keys, counts_visible ? content.visible : std::span<const std::uint8_t>{});
  } else if (config.alibi) {
    distance_bias_ = alibi_bias(*config.alibi, content.queries, content.keys, content.first_position);
    has_distance_bias_ = true;
  } else if (config.relative_bias) {
    distance_bias_ = relative_bias(*config.relative_bias, relative_table, config.heads, content.queries, content.keys,
                                   content.first_position);
    has_distance_bias_ = true;
  }
  if (disentangled_ != nullptr) projected_ = disentangled_->project(pool);
}

AttendedHeads::Rows AttendedHeads::rows(Index h, QueryRange queries) const {
  const Index kv_head = h * config_.key_value_heads / config_.heads;
  Rows rows;
  AttentionHead<float>& head = rows.head;
  head.query = content_.query + h * content_.query_step + queries.first * config_.head_dim;
  head.key = content_.key + kv_head * content_.key_step;
  head.value = content_.value == nullptr ? nullptr : content_.value + kv_head * content_.value_step;
  head.queries = queries.count;
  head.keys = content_.keys;
  head.dim = config_.head_dim;
  head.value_dim = content_.value == nullptr ? 0 : config_.value_dim;
  head.scale = static_cast<float>(config_.scale);
  head.softcap = static_cast<float>(config_.softcap);
  head.visibility = {.keys = content_.keys,
                     .causal = config_.causal,
                     .left = config_.window_left,
                     .right = config_.window_right,
                     .offset = content_.first_position + queries.first};
  if (hides_keys_) head.mask = {content_.visible.data(), 0, 1};
  if (has_distance_bias_) {
    head.bias = distance_bias_.of(h);
    head.bias.data += queries.first * head.bias.row_stride;
  } else if (!key_bias_.empty()) {
    head.bias = {key_bias_.data() + h * content_.keys, 0, 1};
  } else if (disentangled_ != nullptr) {
    rows.bias = Tensor<float>({1, 1, queries.count, content_.keys}, "the position bias").data;
    disentangled_->bias(projected_, h, {head.query, queries.count, head.dim, head.dim}, head.visibility.offset,
                        {head.key, head.keys, head.dim, head.dim}, head.scale,
                        matrix(rows.bias.data(), queries.count, content_.keys));
    head.bias = {rows.bias.data(), content_.keys, 1};
  }
  return rows;
}

void AttendedHeads::run(const Rows& rows, Index first, const Result& result) const {
  const AttentionHead<float>& head = rows.head;
  std::vector<float> visible_keys(static_cast<std::size_t>(head.queries));
  const AttentionHeadResult<float> part{
      .output = result.output + first * head.value_dim,
      .log_sum_exp = result.log_sum_exp + first,
      .entropy = result.entropy + first,
      .visible_keys = visible_keys.data(),
      .weights = result.weights == nullptr ? nullptr : result.weights + first * head.keys};
  const QueryRange all{0, head.queries};
  if (part.weights != nullptr) {
    attention_explicit(head, part, all);
  } else if (content_.queries == 1 && head.mask.data == nullptr && head.bias.data == nullptr) {
    attention_of_one_query(head, part);
  } else {
    attention_streaming(head, part, all);
  }
  for (Index i = 0; i < head.queries; ++i) {
    if (visible_keys[static_cast<std::size_t>(i)] != 0 && !hides_query(head.visibility.offset + i)) continue;
    part.log_sum_exp[i] = -std::numeric_limits<float>::infinity();
    part.entropy[i] = std::log(static_cast<float>(head.keys));
    const float alike = 1 / static_cast<float>(head.keys);
    if (part.weights != nullptr) std::fill_n(part.weights + i * head.keys, head.keys, alike);
    float* output = part.output + i * head.value_dim;
    std::fill_n(output, head.value_dim, 0.0F);
    for (Index j = 0; j < head.keys; ++j)
      for (Index c = 0; c < head.value_dim; ++c) output[c] += alike * head.value[j * head.value_dim + c];
  }
}

void AttendedHeads::attend(Index head, QueryRange queries, const Result& result) const {
  run(rows(head, queries), queries.first, result);
}

void AttendedHeads::attend_without(Index head, Index query, std::span<const Index> hidden, const Result& result) const {
  Rows one = rows(head, {query, 1});
  std::vector<std::uint8_t> visible(static_cast<std::size_t>(content_.keys), 1);
  if (hides_keys_) visible.assign(content_.visible.begin(), content_.visible.end());
  for (const Index key : hidden) visible[static_cast<std::size_t>(key)] = 0;
  one.head.mask = {visible.data(), 0, 1};
  run(one, query, result);
}

void AttendedHeads::logits(Index head, const WeightsBlock& block, float* products, float* logits) const {
  Rows part = rows(head, {block.row, block.rows});
  part.head.mask = {};
  const Index dim = part.head.dim;
  for (Index i = 0; i < block.rows; ++i)
    for (Index j = 0; j < block.columns; ++j) {
      const float* q = part.head.query + i * dim;
      const float* k = part.head.key + (block.column + j) * dim;
      double product = 0;
      for (Index c = 0; c < dim; ++c) product += double{q[c]} * double{k[c]};
      const auto rounded = static_cast<float>(product);
      if (products != nullptr) products[i * block.columns + j] = rounded;
      if (logits != nullptr)
        logits[i * block.columns + j] = part.head.finish_logit(part.head.scale * rounded, i, block.column + j);
    }
}

float AttendedHeads::bias(Index head, Index query, Index key) const {
  Rows part = rows(head, {query, 1});
  part.head.mask = {};
  return part.head.finish_logit(0, 0, key);
}

void AttendedHeads::weights(Index head, const WeightsBlock& block, const float* log_sum_exp,
                            const MatrixView<float>& weights) const {
  const Rows part = rows(head, {block.row, block.rows});
  attention_weights_of_head(part.head, log_sum_exp + block.row,
                            {.rows = block.rows, .column = block.column, .columns = block.columns}, weights.data);
  for (Index i = 0; i < block.rows; ++i)
    if (log_sum_exp[block.row + i] == -std::numeric_limits<float>::infinity())
      std::fill_n(weights.row(i), block.columns, 1 / static_cast<float>(content_.keys));
}

}  // namespace heed
