#include "heed/model/detail/growing_result.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace heed {
namespace {

/// What there is of each query.
constexpr auto kOfQueries = {&AttentionRecord::query, &AttentionRecord::head_output, &AttentionRecord::log_sum_exp,
                             &AttentionRecord::entropy};

/// Visits all details that have a row for each token of the decoder's text.
template <typename Visit>
void visit_rows(StackResult& decoder, const Visit& visit) {
  for (auto* records : {&decoder.attentions, &decoder.cross_attentions})
    for (AttentionRecord& record : *records)
      for (const auto of_queries : kOfQueries) visit(record.*of_queries);
  for (AttentionRecord& record : decoder.attentions) {
    visit(record.key);
    visit(record.value);
  }
}

/// How many numbers so many hidden states are.
std::size_t numbers_of(const Tensor<float>& states, Index tokens) {
  return static_cast<std::size_t>(checked_product("the hidden states of a text", {tokens, states.shape.dim}));
}

/// Room for the hidden states of `tokens` tokens, and for a quarter more where that needs other memory, as HeadRows makes it.
void reserve(Tensor<float>& states, Index tokens) {
  const std::size_t count = numbers_of(states, tokens);
  if (count <= states.data.capacity()) return;
  try {
    states.data.reserve(count + count / 4);
  } catch (const std::exception&) {
    throw OutOfMemory(
        message({"the hidden states of ", tokens, " tokens need more memory than this machine or browser gives"}));
  }
}

void append(Tensor<float>& states, const Tensor<float>& more) {
  states.data.insert(states.data.end(), more.data.begin(), more.data.end());
  states.shape.length += more.shape.length;
}

void shorten(Tensor<float>& states, Index tokens) {
  if (states.data.empty()) return;
  states.data.resize(numbers_of(states, tokens));
  states.shape.length = tokens;
}

void swap(LayerCache& layer, AttentionRecord& record) noexcept {
  std::swap(layer.keys, record.key);
  std::swap(layer.values, record.value);
}

}  // namespace

LentCache::LentCache(const ArchitectureConfig& architecture, StackResult& decoder, Index length, Index capacity)
    : decoder_(decoder), cache_(architecture, capacity, std::vector<LayerCache>(decoder.attentions.size())) {
  cache_.advance(length);
  if (!decoder.cross_attentions.empty()) {
    const AttentionRecord& cross = decoder.cross_attentions.front();
    cache_.set_encoder(cross.key.shape.length, cross.visible);
  }
  // Last, as nothing may fail once they are moved.
  swap_all();
}

LentCache::~LentCache() {
  swap_all();
  // A pass that has failed leaves rows of which the cache knows nothing.
  for (AttentionRecord& record : decoder_.attentions)
    record.key.shape.length = record.value.shape.length = cache_.length();
}

void LentCache::swap_all() noexcept {
  for (std::size_t i = 0; i < decoder_.attentions.size(); ++i)
    swap(cache_.layer(static_cast<Index>(i)), decoder_.attentions[i]);
  for (std::size_t i = 0; i < decoder_.cross_attentions.size(); ++i)
    swap(cache_.cross_layers()[i], decoder_.cross_attentions[i]);
}

bool turns_differently(const StackConfig& decoder, Index length, Index other) {
  return std::ranges::any_of(decoder.blocks, [&](const BlockConfig& block) {
    const RotaryConfig& rotary = block.attention.rotary;
    return !rotary.long_frequencies.empty() && (length > rotary.long_from) != (other > rotary.long_from);
  });
}

void reserve(ForwardResult& result, Index tokens) {
  visit_rows(result.decoder, [&](HeadRows& rows) { rows.reserve(tokens); });
  for (Tensor<float>& states : result.decoder.hidden_states) reserve(states, tokens);
  reserve(result.last_hidden_state, tokens);
}

void append(ForwardResult& result, const ForwardResult& next) {
  const auto append_records = [](std::vector<AttentionRecord>& records, const std::vector<AttentionRecord>& more) {
    for (std::size_t i = 0; i < records.size(); ++i)
      for (const auto of_queries : kOfQueries) (records[i].*of_queries).append(more[i].*of_queries);
  };
  append_records(result.decoder.attentions, next.decoder.attentions);
  append_records(result.decoder.cross_attentions, next.decoder.cross_attentions);
  for (std::size_t i = 0; i < result.decoder.hidden_states.size(); ++i)
    append(result.decoder.hidden_states[i], next.decoder.hidden_states[i]);
  append(result.last_hidden_state, next.last_hidden_state);
}

void truncate(ForwardResult& result, Index length) {
  visit_rows(result.decoder, [&](HeadRows& rows) { rows.resize(length); });
  for (Tensor<float>& states : result.decoder.hidden_states) shorten(states, length);
  shorten(result.last_hidden_state, length);
}

}  // namespace heed
