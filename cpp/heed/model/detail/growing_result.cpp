#include "heed/model/detail/growing_result.h"

#include <algorithm>
#include <utility>

namespace heed {
namespace {

/// The first `rows` of each head, and room for more up to `length`.
Tensor<float> with_length(const Tensor<float>& tensor, Index rows, Index length) {
  Shape shape = tensor.shape;
  shape.length = length;
  Tensor<float> result(shape, "a longer text");
  for (Index head = 0; head < shape.heads; ++head)
    std::copy_n(tensor.data.begin() + head * tensor.shape.length * shape.dim, rows * shape.dim,
                result.data.begin() + head * length * shape.dim);
  return result;
}

Tensor<float> joined(const Tensor<float>& first, const Tensor<float>& second) {
  const Index before = first.shape.length;
  const Index added = second.shape.length;
  Tensor<float> result = with_length(first, before, before + added);
  const auto [batch, heads, length, dim] = result.shape;
  for (Index head = 0; head < heads; ++head)
    std::copy_n(second.data.begin() + head * added * dim, added * dim,
                result.data.begin() + (head * length + before) * dim);
  return result;
}

/// What there is of each query.
constexpr auto kOfQueries = {&AttentionRecord::query, &AttentionRecord::head_output, &AttentionRecord::log_sum_exp,
                             &AttentionRecord::entropy};

void shorten(Tensor<float>& tensor, Index length) {
  if (!tensor.data.empty()) tensor = with_length(tensor, length, length);
}

}  // namespace

KeyValueCache cache_of(const ArchitectureConfig& architecture, const StackResult& decoder, Index length,
                       Index capacity) {
  KeyValueCache cache(architecture, capacity);
  for (std::size_t i = 0; i < decoder.attentions.size(); ++i) {
    LayerCache& layer = cache.layer(static_cast<Index>(i));
    layer.keys = with_length(decoder.attentions[i].key, length, capacity);
    layer.values = with_length(decoder.attentions[i].value, length, capacity);
  }
  for (std::size_t i = 0; i < decoder.cross_attentions.size(); ++i) {
    const AttentionRecord& record = decoder.cross_attentions[i];
    cache.cross_layers()[i] = {.keys = record.key, .values = record.value};
    cache.set_encoder(record.key.shape.length, record.visible);
  }
  cache.advance(length);
  return cache;
}

bool turns_differently(const StackConfig& decoder, Index length, Index other) {
  return std::ranges::any_of(decoder.blocks, [&](const BlockConfig& block) {
    const RotaryConfig& rotary = block.attention.rotary;
    return !rotary.long_frequencies.empty() && (length > rotary.long_from) != (other > rotary.long_from);
  });
}

void append(ForwardResult& result, ForwardResult next) {
  // All of it is there before any of it takes its place: where memory ends, the result is as it was.
  StackResult longer;
  const auto append_records = [](const std::vector<AttentionRecord>& from, std::vector<AttentionRecord>& others,
                                 std::vector<AttentionRecord>& to) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      AttentionRecord& record = others[i];
      for (const auto of_queries : kOfQueries) record.*of_queries = joined(from[i].*of_queries, record.*of_queries);
      record.first_position = from[i].first_position;
      to.push_back(std::move(record));
    }
  };
  append_records(result.decoder.attentions, next.decoder.attentions, longer.attentions);
  append_records(result.decoder.cross_attentions, next.decoder.cross_attentions, longer.cross_attentions);
  for (std::size_t i = 0; i < result.decoder.hidden_states.size(); ++i)
    longer.hidden_states.push_back(joined(result.decoder.hidden_states[i], next.decoder.hidden_states[i]));
  if (!result.last_hidden_state.data.empty())
    result.last_hidden_state = joined(result.last_hidden_state, next.last_hidden_state);
  result.decoder = std::move(longer);
}

void truncate(ForwardResult& result, Index length) {
  for (auto* records : {&result.decoder.attentions, &result.decoder.cross_attentions})
    for (AttentionRecord& record : *records)
      for (const auto of_queries : kOfQueries) shorten(record.*of_queries, length);
  for (AttentionRecord& record : result.decoder.attentions) {
    shorten(record.key, length);
    shorten(record.value, length);
  }
  for (Tensor<float>& states : result.decoder.hidden_states) shorten(states, length);
  shorten(result.last_hidden_state, length);
}

}  // namespace heed
