#include "heed/model/model_run.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "heed/attention/mask.h"
#include "heed/attention/metrics/entropy.h"
#include "heed/model/detail/block_maxima.h"

namespace heed {
namespace {

Tensor<float> visible_keys_of(const Tensor<std::uint8_t>& visible) {
  const auto [batch, heads, queries, keys] = visible.shape;
  Tensor<float> counts({batch, heads, queries, 1}, "the numbers of visible keys");
  for (Index i = 0; i < queries; ++i) {
    const auto row = visible.data.begin() + i * keys;
    counts.data[static_cast<std::size_t>(i)] = static_cast<float>(std::accumulate(row, row + keys, Index{0}));
  }
  return counts;
}

HeadWeights described(Tensor<float> weights, Tensor<std::uint8_t> visible) {
  const auto [batch, heads, queries, keys] = weights.shape;
  // exp(logit − log-sum-exp) can round to a few units above 1, which would make the entropy negative.
  for (float& weight : weights.data) weight = std::min(weight, 1.0F);
  HeadWeights result;
  result.visible_keys = visible_keys_of(visible);
  result.entropy = Tensor<float>({batch, heads, queries, 1}, "the entropies");
  for (Index i = 0; i < queries; ++i)
    result.entropy.data[static_cast<std::size_t>(i)] = entropy<float>(
        std::span(weights.data).subspan(static_cast<std::size_t>(i * keys), static_cast<std::size_t>(keys)));
  if (!weights.data.empty()) result.largest = *std::ranges::max_element(weights.data);
  result.weights = std::move(weights);
  result.visible = std::move(visible);
  return result;
}

}  // namespace

ModelRun::ModelRun(const Model& model, const ForwardInput& input, Interventions interventions, ThreadPool* pool)
    : model_(model),
      ids_(input.ids.begin(), input.ids.end()),
      decoder_ids_(input.decoder_ids.begin(), input.decoder_ids.end()) {
  const ArchitectureConfig& a = model.architecture();
  require(a.kind != ModelKind::kImage, {"a run is of a text; a model of kind ", name_of(a.kind), " takes none"});
  ForwardRequest request;
  request.logits = ForwardRequest::Logits::kNone;
  request.hidden_states = true;
  request.interventions = std::move(interventions);
  request.pool = pool;
  request.details.resize(std::max(a.encoder ? a.encoder->blocks.size() : 0, a.decoder ? a.decoder->blocks.size() : 0));
  std::iota(request.details.begin(), request.details.end(), Index{0});
  result_ = model.forward(input, request);
}

const AttentionRecord& ModelRun::record(AttentionKind kind, Index layer) const {
  const StackResult& stack = kind == AttentionKind::kEncoder ? result_.encoder : result_.decoder;
  const auto& records = kind == AttentionKind::kCross ? stack.cross_attentions : stack.attentions;
  const auto count = static_cast<Index>(records.size());
  require(layer >= 0 && layer < count, {"there is no layer ", layer, " among ", count});
  return records[static_cast<std::size_t>(layer)];
}

const AttentionConfig& ModelRun::config(AttentionKind kind, Index layer) const {
  (void)record(kind, layer);  // checks that there is one
  const ArchitectureConfig& a = model_.architecture();
  const StackConfig& stack = kind == AttentionKind::kEncoder ? *a.encoder : *a.decoder;
  const BlockConfig& block = stack.blocks.at(static_cast<std::size_t>(layer));
  return kind == AttentionKind::kCross ? *block.cross_attention : block.attention;
}

Tensor<std::uint8_t> ModelRun::visible(AttentionKind kind, Index layer, Index head) const {
  const AttentionRecord& kept = record(kind, layer);
  const AttentionConfig& c = config(kind, layer);
  require(head >= 0 && head < c.heads, {"there is no head ", head, " among ", c.heads});
  const Index queries = kept.query.shape.length;
  const Index keys = kept.key.shape.length;
  const Visibility limits{
      .keys = keys, .causal = c.causal, .left = c.window_left, .right = c.window_right, .offset = kept.first_position};
  Tensor<std::uint8_t> visible({1, 1, queries, keys}, "the visible keys");
  for (Index i = 0; i < queries; ++i) {
    std::uint8_t* row = visible.data.data() + i * keys;
    if (kept.log_sum_exp.head(0, head)[i] == -std::numeric_limits<float>::infinity()) {
      std::fill_n(row, keys, std::uint8_t{1});  // a query that sees no key attends to all alike
      continue;
    }
    const KeyRange range = limits.of(i);
    for (Index j = range.first; j < range.last; ++j)
      row[j] = kept.visible.empty() ? std::uint8_t{1} : kept.visible[static_cast<std::size_t>(j)];
    for (const Interventions::MaskedPair& pair : kept.masked)
      if (pair.head == head && pair.query == i) row[pair.key] = 0;
  }
  return visible;
}

HeadWeights ModelRun::head(AttentionKind kind, Index layer, Index head) const {
  const AttentionRecord& kept = record(kind, layer);
  Tensor<std::uint8_t> seen = visible(kind, layer, head);
  return described(
      model_.attention_weights(result_, kind, layer,
                               {.head = head, .rows = kept.query.shape.length, .columns = kept.key.shape.length}),
      std::move(seen));
}

HeadWeights ModelRun::mean_of_heads(AttentionKind kind, Index layer) const {
  const Index heads = config(kind, layer).heads;
  HeadWeights first = head(kind, layer, 0);
  std::vector<double> sums(first.weights.data.begin(), first.weights.data.end());
  for (Index h = 1; h < heads; ++h) {
    const HeadWeights next = head(kind, layer, h);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += double{next.weights.data[i]};
      first.visible.data[i] = std::max(first.visible.data[i], next.visible.data[i]);
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i)
    first.weights.data[i] = static_cast<float>(sums[i] / static_cast<double>(heads));
  return described(std::move(first.weights), std::move(first.visible));
}

HeadReport ModelRun::report(AttentionKind kind, Index layer, Index head, Index block) const {
  const HeadWeights kept = this->head(kind, layer, head);
  HeadReport report;
  report.metrics = head_metrics<float>(kept.weights, kept.visible_keys, record(kind, layer).first_position).front();
  if (kind != AttentionKind::kCross) {
    const bool is_of_decoder = kind == AttentionKind::kDecoder && model_.architecture().encoder.has_value();
    report.tokens = token_scores<float>(kept.weights, is_of_decoder ? decoder_ids_ : ids_).front();
  }
  const auto [batch, heads, queries, keys] = kept.weights.shape;
  report.thumbnail = empty_thumbnail(queries, keys, block, block);
  add_rows({kept.weights.data.data(), queries, keys, keys}, 0, block, block, report.thumbnail);
  report.label = label_of(report.metrics, report.tokens);
  return report;
}

std::vector<TokenPrediction> ModelRun::most_likely(Index layer, Index position, Index count) const {
  return most_likely_tokens(model_.logits_at_layer(result_, layer, position).data, count);
}

std::vector<TokenPrediction> ModelRun::predictions(Index layer, Index position, std::span<const Index> ids) const {
  return predictions_of(model_.logits_at_layer(result_, layer, position).data, ids);
}

}  // namespace heed
