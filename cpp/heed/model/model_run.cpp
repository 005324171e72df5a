#include "heed/model/model_run.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "heed/attention/mask.h"
#include "heed/attention/metrics/entropy.h"
#include "heed/attention/metrics/head_divergence.h"
#include "heed/attention/metrics/weight_views.h"
#include "heed/model/detail/block_maxima.h"
#include "heed/model/detail/growing_result.h"
#include "heed/tensor/sums.h"

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
  if (!weights.data.empty())
    result.largest = std::accumulate(weights.data.begin(), weights.data.end(), weights.data.front(), larger<float>);
  result.weights = std::move(weights);
  result.visible = std::move(visible);
  return result;
}

}  // namespace

ModelRun::ModelRun(const Model& model, const ForwardInput& input, Interventions interventions, ThreadPool* pool)
    : model_(model),
      ids_(input.ids.begin(), input.ids.end()),
      decoder_ids_(input.decoder_ids.begin(), input.decoder_ids.end()),
      is_patched_(!interventions.patch.empty()),
      is_plain_(std::ranges::all_of(input.token_types, [](std::int32_t type) { return type == 0; }) &&
                input.attention_mask.empty() && interventions.ablate.empty() && interventions.mask.empty() &&
                !is_patched_),
      pool_(pool) {
  ForwardRequest asked = request();
  asked.interventions = std::move(interventions);
  result_ = model.forward(input, asked);
  if (model.architecture().decoder) computed_ = static_cast<Index>(decoder_text().size());
}

ForwardRequest ModelRun::request() const {
  const ArchitectureConfig& a = model_.architecture();
  ForwardRequest request;
  request.logits = ForwardRequest::Logits::kNone;
  request.hidden_states = true;
  request.pool = pool_;
  request.details.resize(std::max(a.encoder ? a.encoder->blocks.size() : 0, a.decoder ? a.decoder->blocks.size() : 0));
  std::iota(request.details.begin(), request.details.end(), Index{0});
  return request;
}

std::vector<std::int32_t>& ModelRun::decoder_text() { return model_.architecture().encoder ? decoder_ids_ : ids_; }

void ModelRun::require_extendable() const {
  const ArchitectureConfig& a = model_.architecture();
  require(a.decoder.has_value(), {"a model of kind ", name_of(a.kind), " keeps no keys and values"});
  require(is_plain_, {"a run with token types other than 0, a mask or changes is not extended"});
}

void ModelRun::compute_whole() {
  ForwardInput input;
  input.ids = ids_;
  input.decoder_ids = decoder_ids_;
  result_ = model_.forward(input, request());
  computed_ = static_cast<Index>(decoder_text().size());
}

void ModelRun::extend(std::span<const std::int32_t> ids) {
  require_extendable();
  std::vector<std::int32_t>& text = decoder_text();
  const ArchitectureConfig& a = model_.architecture();
  const auto before = static_cast<Index>(text.size());
  const auto added = static_cast<Index>(ids.size());
  require(a.context == 0 || added <= a.context - before,
          {"the text has ", before + added, " tokens but the model's context is ", a.context});
  if (added == 0) return;
  if (turns_differently(*a.decoder, before, before + added)) {
    const std::size_t kept = text.size();
    text.insert(text.end(), ids.begin(), ids.end());
    try {
      compute_whole();
    } catch (...) {
      text.resize(kept);
      throw;
    }
    return;
  }
  // What needs memory comes before anything changes.
  text.reserve(text.size() + ids.size());
  reserve(result_, before + added);
  ForwardRequest asked = request();
  asked.detail_keys = false;
  ForwardResult next;
  {
    LentCache lent(a, result_.decoder, before, before + added);
    ForwardInput input;
    input.cache = &lent.cache();
    (a.encoder ? input.decoder_ids : input.ids) = ids;
    next = model_.forward(input, asked);
  }
  append(result_, next);
  text.insert(text.end(), ids.begin(), ids.end());
  computed_ = added;
}

void ModelRun::truncate(Index length) {
  require_extendable();
  std::vector<std::int32_t>& text = decoder_text();
  const auto before = static_cast<Index>(text.size());
  require(length >= 1 && length <= before,
          {"the run has ", before, " tokens and cannot be cut to ", length, "; it keeps at least 1"});
  if (length == before) return;
  if (turns_differently(*model_.architecture().decoder, length, before)) {
    const std::vector<std::int32_t> whole = text;
    text.resize(static_cast<std::size_t>(length));
    try {
      compute_whole();
    } catch (...) {
      std::ranges::copy(std::span(whole).last(whole.size() - text.size()), std::back_inserter(text));
      throw;
    }
    return;
  }
  text.resize(static_cast<std::size_t>(length));
  heed::truncate(result_, length);
  computed_ = 0;
}

KeptKeys ModelRun::kept_keys() const {
  KeptKeys kept{.computed = computed_};
  for (const AttentionRecord& record : result_.decoder.attentions) {
    kept.tokens = record.key.shape.length;
    kept.bytes += static_cast<double>(sizeof(float)) * (record.key.shape.elements() + record.value.shape.elements());
  }
  return kept;
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
    if (kept.log_sum_exp.head(head)[i] == -std::numeric_limits<float>::infinity()) {
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

double ModelRun::count_visible(AttentionKind kind, Index layer, Index head, Index query) const {
  const AttentionRecord& kept = record(kind, layer);
  const AttentionConfig& c = config(kind, layer);
  const Index keys = kept.key.shape.length;
  if (kept.log_sum_exp.head(head)[query] == -std::numeric_limits<float>::infinity()) return static_cast<double>(keys);
  const KeyRange range = Visibility{.keys = keys,
                                    .causal = c.causal,
                                    .left = c.window_left,
                                    .right = c.window_right,
                                    .offset = kept.first_position}
                             .of(query);
  const auto shows = [&](Index key) {
    return kept.visible.empty() || kept.visible[static_cast<std::size_t>(key)] != 0;
  };
  Index count = range.size();
  if (!kept.visible.empty())
    for (Index j = range.first; j < range.last; ++j) count -= shows(j) ? 0 : 1;
  std::vector<Index> hidden;
  for (const Interventions::MaskedPair& pair : kept.masked)
    if (pair.head == head && pair.query == query && pair.key >= range.first && pair.key < range.last &&
        shows(pair.key) && std::ranges::find(hidden, pair.key) == hidden.end())
      hidden.push_back(pair.key);
  return static_cast<double>(count - static_cast<Index>(hidden.size()));
}

std::vector<HeadReport> ModelRun::describe(AttentionKind kind, Index layer, Index first, Index count,
                                           Index block) const {
  const AttentionRecord& kept = record(kind, layer);
  const Index queries = kept.query.shape.length;
  const Index keys = kept.key.shape.length;
  const bool is_of_decoder = kind == AttentionKind::kDecoder && model_.architecture().encoder.has_value();
  const EarlierOccurrences tokens(is_of_decoder ? decoder_ids_ : ids_);
  // Patches of an image are no tokens, and the keys of cross-attention are another text's.
  const bool has_tokens = kind != AttentionKind::kCross && tokens.length() == keys && queries == keys;
  std::vector<HeadReport> reports(static_cast<std::size_t>(count));
  std::vector<HeadMetricsOfRows> metrics(reports.size());
  std::vector<TokenScoresOfRows> scores(reports.size());
  for (HeadReport& report : reports) report.thumbnail = empty_thumbnail(queries, keys, block, block);
  std::vector<float> padded(static_cast<std::size_t>(keys));
  model_.layer(kind, layer)
      .visit_weights(kept, first, count, 0, queries,
                     [&](Index head, Index first_row, const MatrixView<const float>& rows) {
                       const auto at = static_cast<std::size_t>(head - first);
                       add_rows(rows, first_row, block, block, reports[at].thumbnail);
                       for (Index i = 0; i < rows.rows; ++i) {
                         const Index query = first_row + i;
                         std::fill(std::copy_n(rows.row(i), rows.columns, padded.begin()), padded.end(), 0.0F);
                         metrics[at].add(padded.data(), keys, saturating_sum(query, kept.first_position),
                                         count_visible(kind, layer, head, query),
                                         double{kept.entropy.head(head)[query]}, 0, rows.columns);
                         if (has_tokens) scores[at].add(padded.data(), query, tokens);
                       }
                     });
  for (std::size_t i = 0; i < reports.size(); ++i) {
    reports[i].metrics = metrics[i].metrics();
    // No key of another text is the token before, or near.
    if (kind == AttentionKind::kCross)
      reports[i].metrics = {.first_token = reports[i].metrics.first_token, .entropy = reports[i].metrics.entropy};
    reports[i].tokens = scores[i].scores();
    reports[i].label = label_of(reports[i].metrics, reports[i].tokens);
  }
  return reports;
}

HeadReport ModelRun::report(AttentionKind kind, Index layer, Index head, Index block) const {
  const Index heads = config(kind, layer).heads;
  require(head >= 0 && head < heads, {"there is no head ", head, " among ", heads});
  return describe(kind, layer, head, 1, block).front();
}

std::vector<HeadReport> ModelRun::reports(AttentionKind kind, Index layer, Index block) const {
  return describe(kind, layer, 0, config(kind, layer).heads, block);
}

std::vector<AttentionShape> ModelRun::attentions() const {
  std::vector<AttentionShape> shapes;
  const auto add = [&](AttentionKind kind, const std::vector<AttentionRecord>& records) {
    if (records.empty()) return;
    AttentionShape shape{
        .kind = kind, .queries = records.front().query.shape.length, .keys = records.front().key.shape.length};
    for (const AttentionRecord& record : records) shape.heads.push_back(record.query.shape.heads);
    shapes.push_back(std::move(shape));
  };
  add(AttentionKind::kEncoder, result_.encoder.attentions);
  add(AttentionKind::kDecoder, result_.decoder.attentions);
  add(AttentionKind::kCross, result_.decoder.cross_attentions);
  return shapes;
}

Tensor<float> ModelRun::pair_values(AttentionKind kind, Index layer, Index head, PairValue which) const {
  const AttentionRecord& kept = record(kind, layer);
  const AttentionConfig& c = config(kind, layer);
  require(head >= 0 && head < c.heads, {"there is no head ", head, " among ", c.heads});
  const AttentionLayer& attention = model_.layer(kind, layer);
  const Index keys = kept.key.shape.length;
  if (which == PairValue::kProduct || which == PairValue::kLogit) {
    Tensor<float> values({1, 1, kept.query.shape.length, keys}, "the logits");
    attention.logits(kept, head, which == PairValue::kProduct ? values.data.data() : nullptr,
                     which == PairValue::kLogit ? values.data.data() : nullptr);
    return values;
  }
  HeadWeights found = this->head(kind, layer, head);
  if (which == PairValue::kWithoutFirstKey) return without_first_key<float>(found.weights, found.visible_keys).weights;
  const Index width =
      (kind == AttentionKind::kEncoder ? *model_.architecture().encoder : *model_.architecture().decoder).width;
  Tensor<float> vectors({1, 1, keys, width}, "the transformed values");
  attention.head_output({kept.value.head(head * c.key_value_heads / c.heads), keys, c.value_dim, c.value_dim}, head,
                        matrix(vectors));
  std::vector<float> norms(static_cast<std::size_t>(keys));
  for (Index j = 0; j < keys; ++j) {
    double squares = 0;
    for (Index column = 0; column < width; ++column)
      squares += double{matrix(vectors).row(j)[column]} * double{matrix(vectors).row(j)[column]};
    norms[static_cast<std::size_t>(j)] = static_cast<float>(std::sqrt(squares));
  }
  for (std::size_t i = 0; i < found.weights.data.size(); ++i) found.weights.data[i] *= norms[i % norms.size()];
  return std::move(found.weights);
}

PairExplanation ModelRun::explain(AttentionKind kind, Index layer, Index head, Index query, Index key) const {
  const AttentionRecord& kept = record(kind, layer);
  const AttentionConfig& c = config(kind, layer);
  const Index queries = kept.query.shape.length;
  const Index keys = kept.key.shape.length;
  require(head >= 0 && head < c.heads, {"there is no head ", head, " among ", c.heads});
  require(query >= 0 && query < queries && key >= 0 && key < keys,
          {"there is no pair of query ", query, " and key ", key, " among ", queries, " queries and ", keys, " keys"});
  const auto vector = [&](const float* from) { return std::vector<float>(from, from + c.head_dim); };
  PairExplanation pair;
  pair.query = vector(kept.query.head(head) + query * c.head_dim);
  pair.key = vector(kept.key.head(head * c.key_value_heads / c.heads) + key * c.head_dim);
  const auto product = [&](const std::vector<float>& q, const std::vector<float>& k) {
    double sum = 0;
    for (std::size_t i = 0; i < q.size(); ++i) sum += double{q[i]} * double{k[i]};
    return sum;
  };
  for (std::size_t i = 0; i < pair.query.size(); ++i) pair.products.push_back(pair.query[i] * pair.key[i]);
  pair.product = product(pair.query, pair.key);
  pair.scale = c.scale;
  pair.softcap = c.softcap;
  pair.bias = double{model_.layer(kind, layer).bias(kept, head, query, key)};
  const double scaled = c.scale * pair.product;
  pair.logit = (c.softcap > 0 ? c.softcap * std::tanh(scaled / c.softcap) : scaled) + pair.bias;
  pair.log_sum_exp = double{kept.log_sum_exp.head(head)[query]};
  pair.visible = visible(kind, layer, head).data[static_cast<std::size_t>(query * keys + key)] != 0;
  pair.weight = double{weights_of_query(kind, layer, query).head(0, head)[key]};
  std::vector<float> q = pair.query;
  std::vector<float> k = pair.key;
  const Stack& stack = model_.stack(kind);
  const Index length = kept.first_position + queries;
  pair.rotary = kind != AttentionKind::kCross &&
                stack.rotate_back(layer, kept.first_position + query, length, q.data()) &&
                stack.rotate_back(layer, key, length, k.data());
  pair.product_before_turn = product(q, k);
  return pair;
}

Tensor<float> ModelRun::weights_of_query(AttentionKind kind, Index layer, Index query) const {
  const AttentionRecord& kept = record(kind, layer);
  Tensor<float> weights({1, kept.query.shape.heads, 1, kept.key.shape.length}, "the weights of a query");
  model_.layer(kind, layer)
      .visit_weights(kept, 0, kept.query.shape.heads, query, 1,
                     [&](Index head, Index, const MatrixView<const float>& row) {
                       std::copy_n(row.row(0), row.columns, weights.head(0, head));
                     });
  return weights;
}

Tensor<float> ModelRun::rollout(AttentionKind kind, Index position) const {
  require(kind != AttentionKind::kCross, {"rollout is of self-attention, not of cross-attention"});
  const AttentionRecord& first = record(kind, 0);
  const Index keys = first.key.shape.length;
  require(first.query.shape.length == keys && position >= 0 && position < keys,
          {"the position is ", position, "; it must be from 0 to ", keys - 1});
  std::vector<double> shares(static_cast<std::size_t>(keys));
  shares[static_cast<std::size_t>(position)] = 1;
  for (Index layer = model_.stack(kind).layers() - 1; layer >= 0; --layer) {
    const AttentionRecord& kept = record(kind, layer);
    const Index heads = kept.query.shape.heads;
    std::vector<double> next(shares.size());
    for (std::size_t j = 0; j < next.size(); ++j) next[j] = shares[j] / 2;
    const auto last = std::ranges::find_if(shares.rbegin(), shares.rend(), [](double share) { return share != 0; });
    const Index rows = static_cast<Index>(shares.rend() - last);
    model_.layer(kind, layer)
        .visit_weights(kept, 0, heads, 0, rows, [&](Index, Index first_row, const MatrixView<const float>& weights) {
          for (Index i = 0; i < weights.rows; ++i) {
            const double share = shares[static_cast<std::size_t>(first_row + i)] / (2 * static_cast<double>(heads));
            if (share == 0) continue;
            for (Index j = 0; j < weights.columns; ++j)
              next[static_cast<std::size_t>(j)] += share * double{weights.row(i)[j]};
          }
        });
    shares = std::move(next);
  }
  Tensor<float> result({1, 1, 1, keys}, "the rollout");
  for (std::size_t j = 0; j < shares.size(); ++j) result.data[j] = static_cast<float>(shares[j]);
  return result;
}

std::vector<double> ModelRun::divergence_from(const ModelRun& other, AttentionKind kind, Index layer) const {
  const AttentionRecord& here = record(kind, layer);
  const AttentionRecord& there = other.record(kind, layer);
  require(here.query.shape == there.query.shape && here.key.shape.length == there.key.shape.length,
          {"the runs have ", here.query.shape.length, " and ", there.query.shape.length, " queries, and ",
           here.key.shape.length, " and ", there.key.shape.length, " keys; they must have the same"});
  std::vector<double> divergences;
  for (Index h = 0; h < here.query.shape.heads; ++h)
    divergences.push_back(mean_row_divergence<float>(head(kind, layer, h).weights.data,
                                                     other.head(kind, layer, h).weights.data, here.key.shape.length));
  return divergences;
}

SampledToken ModelRun::next_token(const SamplingOptions& options, std::uint32_t seed) const {
  const ArchitectureConfig& a = model_.architecture();
  require(a.decoder.has_value(), {"a model of kind ", name_of(a.kind), " continues no text; decoders do"});
  const auto layers = static_cast<Index>(result_.decoder.attentions.size());
  RandomState random(seed);
  Tensor<float> logits = model_.logits_at_layer(result_, layers, kept_keys().tokens - 1);
  const std::vector<std::int32_t>& text = a.encoder ? decoder_ids_ : ids_;
  apply_rules(a.generation, {.ids = text, .given = static_cast<Index>(text.size()), .end_tokens = a.end_tokens},
              logits.data);
  return sample(logits.data, options, random);
}

DirectEffects ModelRun::direct_effects(Index position, Index token, std::optional<Index> other) const {
  require(!is_patched_, {"a run with patched hidden states is no sum of what its own parts add"});
  return model_.direct_effects(result_, position, token, other);
}

std::vector<TokenPrediction> ModelRun::most_likely(Index layer, Index position, Index count) const {
  return most_likely_tokens(model_.logits_at_layer(result_, layer, position).data, count);
}

std::vector<TokenPrediction> ModelRun::predictions(Index layer, Index position, std::span<const Index> ids) const {
  return predictions_of(model_.logits_at_layer(result_, layer, position).data, ids);
}

}  // namespace heed
