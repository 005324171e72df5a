#include "heed/model/model.h"

#include <algorithm>

#include "heed/model/detail/block_maxima.h"
#include "heed/model/detail/probe.h"

namespace heed {
namespace {

std::optional<ElementType> checked(std::optional<ElementType> as) {
  require(!as || *as == ElementType::kF32 || *as == ElementType::kQ8 || *as == ElementType::kQ4,
          {"weights cannot become ", as ? name_of(*as) : "", "; F32, Q8 and Q4 are supported"});
  return as;
}

}  // namespace

Model::Model(ArchitectureConfig architecture, const Weights& weights, std::optional<ElementType> as)
    : architecture_(std::move(architecture)) {
  check(architecture_);
  ParameterLoader loader(weights, checked(as));
  const ArchitectureConfig& a = architecture_;
  if (a.encoder) encoder_.emplace(*a.encoder, a.vocabulary, a.padding_token, loader);
  if (a.decoder) decoder_.emplace(*a.decoder, a.vocabulary, a.padding_token, loader);
  if (a.head) head_.emplace(*a.head, a.main_stack().output_width(), loader);
  parameters_ = loader.parameters();
  bytes_ = loader.bytes();
  uses_files_ = loader.has_views();
}

void Model::check_input(const ForwardInput& input) const {
  const ArchitectureConfig& a = architecture_;
  const auto ids = static_cast<Index>(input.ids.size());
  const auto decoder_ids = static_cast<Index>(input.decoder_ids.size());
  if (a.kind == ModelKind::kImage) {
    require(ids == 0 && decoder_ids == 0 && input.cache == nullptr,
            {"an image model takes pixels, not ", ids + decoder_ids, " tokens"});
    require(input.attention_mask.empty() && input.token_types.empty(),
            {"an image model takes neither an attention mask nor token types but there are ",
             static_cast<Index>(input.attention_mask.size()), " and ", static_cast<Index>(input.token_types.size())});
    return;
  }
  require(input.pixels.data == nullptr, {"a model of kind ", name_of(a.kind), " takes tokens, not pixels"});
  require(a.kind == ModelKind::kEncoderDecoder || decoder_ids == 0,
          {"a model of kind ", name_of(a.kind), " takes no decoder tokens but there are ", decoder_ids});
  require(a.kind != ModelKind::kEncoderDecoder || decoder_ids > 0, {"there are no decoder tokens"});
  const bool has_memory = input.cache != nullptr && input.cache->encoder_length() > 0;
  require(ids > 0 || has_memory, {"there are no tokens"});
  require(ids == 0 || !has_memory, {"the cache holds the encoder's output; there must be no tokens for it, not ", ids});
  require(input.token_types.empty() || static_cast<Index>(input.token_types.size()) == ids,
          {"there are ", static_cast<Index>(input.token_types.size()), " token types for ", ids, " tokens"});
  require(input.cache == nullptr || decoder_, {"a model of kind ", name_of(a.kind), " keeps no keys and values"});
  if (input.cache != nullptr) input.cache->check_fits(*a.decoder);
  const Index past = input.cache == nullptr ? 0 : input.cache->length();
  const Index masked = a.kind == ModelKind::kDecoder ? past + ids : ids;
  require(
      input.attention_mask.empty() || static_cast<Index>(input.attention_mask.size()) == masked,
      {"the attention mask has ", static_cast<Index>(input.attention_mask.size()), " numbers for ", masked, " tokens"});
  for (const Index length : {a.kind == ModelKind::kDecoder ? past + ids : ids,
                             a.kind == ModelKind::kEncoderDecoder ? past + decoder_ids : 0})
    require(a.context == 0 || length <= a.context,
            {"the text has ", length, " tokens but the model's context is ", a.context});
  const Index added = a.kind == ModelKind::kDecoder ? ids : decoder_ids;
  require(input.cache == nullptr || past + added <= input.cache->capacity(),
          {"the cache holds ", past, " of at most ", input.cache == nullptr ? 0 : input.cache->capacity(),
           " tokens; there is no room for ", added, " more"});
}

Tensor<float> Model::run_encoder(const ForwardInput& input, const ForwardRequest& request,
                                 ForwardResult& result) const {
  const bool is_image = architecture_.kind == ModelKind::kImage;
  Tensor<float> x =
      is_image
          ? encoder_->embedding().embed(input.pixels, request.pool)
          : encoder_->embedding().embed(
                {.ids = input.ids, .types = input.token_types, .attention_mask = input.attention_mask}, request.pool);
  const Index length = x.shape.length;
  const StackProbe probe = make_probe(request, *architecture_.encoder, AttentionKind::kEncoder, main_attention(),
                                      {.queries = length, .keys = length});
  return encoder_->run(
      std::move(x),
      {.visible = input.attention_mask, .probe = &probe, .is_cancelled = &request.is_cancelled, .pool = request.pool},
      result.encoder);
}

Tensor<float> Model::run_decoder(const ForwardInput& input, const ForwardRequest& request, const Tensor<float>& memory,
                                 ForwardResult& result) const {
  const bool has_encoder = encoder_.has_value();
  const std::span<const std::int32_t> ids = has_encoder ? input.decoder_ids : input.ids;
  const std::span<const std::uint8_t> mask = has_encoder ? std::span<const std::uint8_t>{} : input.attention_mask;
  const Index past = input.cache == nullptr ? 0 : input.cache->length();
  const auto length = static_cast<Index>(ids.size());
  Tensor<float> x =
      decoder_->embedding().embed({.ids = ids,
                                   .types = has_encoder ? std::span<const std::int32_t>{} : input.token_types,
                                   .attention_mask = mask,
                                   .first_position = past},
                                  request.pool);
  const bool has_memory = has_encoder && !memory.data.empty();
  const bool is_memory_cached = has_encoder && !has_memory;
  const std::span<const std::uint8_t> memory_mask =
      is_memory_cached ? std::span<const std::uint8_t>(input.cache->encoder_mask()) : input.attention_mask;
  const Index memory_length = is_memory_cached ? input.cache->encoder_length() : memory.shape.length;
  const StackProbe probe =
      make_probe(request, *architecture_.decoder, AttentionKind::kDecoder, main_attention(),
                 {.queries = length, .past = past, .keys = past + length, .memory = memory_length});
  Tensor<float> state = decoder_->run(std::move(x),
                                      {.first_position = past,
                                       .visible = mask,
                                       .memory = has_memory ? matrix(memory) : MatrixView<const float>{},
                                       .memory_visible = has_encoder ? memory_mask : std::span<const std::uint8_t>{},
                                       .cache = input.cache,
                                       .probe = &probe,
                                       .is_cancelled = &request.is_cancelled,
                                       .pool = request.pool},
                                      result.decoder);
  // Only now, as a pass may end early: what it has written counts as not there then.
  if (input.cache != nullptr && has_memory) input.cache->set_encoder(memory_length, memory_mask);
  if (input.cache != nullptr) input.cache->advance(length);
  return state;
}

ForwardResult Model::forward(const ForwardInput& input, const ForwardRequest& request) const {
  check_input(input);
  check_request(request, architecture_);
  ForwardResult result;
  Tensor<float> state;
  const bool runs_encoder = encoder_ && (!input.ids.empty() || architecture_.kind == ModelKind::kImage);
  if (runs_encoder) state = run_encoder(input, request, result);
  if (decoder_) state = run_decoder(input, request, state, result);
  if (!head_) {
    result.last_hidden_state = std::move(state);
    return result;
  }
  if (request.logits == ForwardRequest::Logits::kNone) return result;
  MatrixView<const float> rows = matrix(state);
  if (request.logits == ForwardRequest::Logits::kLast && !head_->pools()) rows = rows.middle_rows(rows.rows - 1, 1);
  result.logits = head_->logits(rows, request.pool);
  return result;
}

const Stack& Model::stack(AttentionKind kind) const {
  const std::optional<Stack>& stack = kind == AttentionKind::kEncoder ? encoder_ : decoder_;
  require(stack.has_value(), {"a model of kind ", name_of(architecture_.kind), " has no ",
                              kind == AttentionKind::kEncoder ? "encoder" : "decoder"});
  return *stack;
}

const AttentionLayer& Model::layer(AttentionKind kind, Index layer) const {
  const Stack& stack = this->stack(kind);
  return kind == AttentionKind::kCross ? stack.cross_attention(layer) : stack.attention(layer);
}

void Model::check_width(const Tensor<float>& hidden_state, Index layer) const {
  const StackConfig& stack = architecture_.main_stack();
  const bool is_output = layer == static_cast<Index>(stack.blocks.size()) && stack.hidden_states_end_with_norm;
  const Index width = is_output ? stack.output_width() : stack.width;
  require(hidden_state.shape.dim == width,
          {"the result has hidden states of ", hidden_state.shape.dim, " components but the model's width is ", width,
           ": it is of another model"});
}

DirectEffects Model::direct_effects(const ForwardResult& result, Index position, Index token,
                                    std::optional<Index> other) const {
  using Part = ResidualTerm::Part;
  require(predicts_tokens(), {"a model of class ", architecture_.architecture, " has no logits of tokens"});
  require(head_->is_linear(), {"the head of class ", architecture_.architecture,
                               " has layers of its own, so that its logits are no sum of direct effects"});
  for (const Index id : {token, other.value_or(token)})
    require(id >= 0 && id < head_->outputs(), {"there is no token ", id, " among ", head_->outputs()});
  const Stack& stack = decoder_ ? *decoder_ : *encoder_;
  const StackResult& kept = decoder_ ? result.decoder : result.encoder;
  require(!kept.hidden_states.empty(), {"the result has no hidden states; ask for them"});
  check_width(kept.hidden_states.front(), 0);
  const Index length = kept.hidden_states.front().shape.length;
  require(position >= 0 && position < length, {"the position is ", position, "; it must be from 0 to ", length - 1});
  std::vector<double> direction = head_->direction(token);
  double constant = head_->constant(token);
  if (other) {
    const std::vector<double> less = head_->direction(*other);
    for (std::size_t c = 0; c < direction.size(); ++c) direction[c] -= less[c];
    constant -= head_->constant(*other);
  }
  DirectEffects effects{.logit = constant, .constant = constant};
  effects.feed_forward.resize(static_cast<std::size_t>(stack.layers()));
  effects.heads.resize(effects.feed_forward.size());
  effects.layers.resize(effects.feed_forward.size());
  if (!kept.cross_attentions.empty()) effects.cross_heads.resize(effects.feed_forward.size());
  const ResidualTerms terms = stack.residual_terms(kept, position);
  for (const ResidualTerm& term : terms.terms()) {
    double effect = 0;
    for (std::size_t c = 0; c < direction.size(); ++c) effect += direction[c] * term.values[c];
    effects.logit += effect;
    const auto layer = static_cast<std::size_t>(term.layer);
    if (term.part == Part::kConstant) effects.constant += effect;
    if (term.part == Part::kEmbedding) effects.embedding = effect;
    if (term.part != Part::kConstant && term.part != Part::kEmbedding) effects.layers[layer] += effect;
    if (term.part == Part::kFeedForward) effects.feed_forward[layer] = effect;
    if (term.part == Part::kHead) effects.heads[layer].push_back(effect);
    if (term.part == Part::kCrossHead) effects.cross_heads[layer].push_back(effect);
  }
  return effects;
}

const AttentionRecord& Model::record(const ForwardResult& result, AttentionKind kind, Index layer) const {
  const StackResult& stack = kind == AttentionKind::kEncoder ? result.encoder : result.decoder;
  const auto& records = kind == AttentionKind::kCross ? stack.cross_attentions : stack.attentions;
  const auto count = static_cast<Index>(records.size());
  require(layer >= 0 && layer < count, {"the result has nothing of layer ", layer, "; it has ", count, " layers"});
  return records[static_cast<std::size_t>(layer)];
}

Tensor<float> Model::attention_weights(const ForwardResult& result, AttentionKind kind, Index layer,
                                       const WeightsBlock& block) const {
  const AttentionLayer& attention = this->layer(kind, layer);
  Tensor<float> weights({1, 1, block.rows, block.columns}, "the block of weights");
  attention.weights(record(result, kind, layer), block, matrix(weights.data.data(), block.rows, block.columns));
  return weights;
}

Tensor<float> Model::attention_thumbnail(const ForwardResult& result, AttentionKind kind, Index layer, Index head,
                                         Index row_block, Index column_block) const {
  const AttentionLayer& attention = this->layer(kind, layer);
  const AttentionRecord& kept = record(result, kind, layer);
  const Index queries = kept.query.shape.length;
  const Index keys = kept.key.shape.length;
  Tensor<float> thumbnail = empty_thumbnail(queries, keys, row_block, column_block);
  constexpr Index kRows = 64;  // of weights that exist at a time
  Tensor<float> weights({1, 1, std::min(kRows, queries), keys}, "rows of weights");
  for (Index row = 0; row < queries; row += kRows) {
    const Index rows = std::min(kRows, queries - row);
    attention.weights(kept, {.head = head, .row = row, .rows = rows, .columns = keys},
                      matrix(weights.data.data(), rows, keys));
    add_rows({weights.data.data(), rows, keys, keys}, row, row_block, column_block, thumbnail);
  }
  return thumbnail;
}

Tensor<float> Model::logits_at_layer(const ForwardResult& result, Index layer, Index position) const {
  require(has_logits(), {"a model of class ", architecture_.architecture, " has no logits"});
  const auto& states = (decoder_ ? result.decoder : result.encoder).hidden_states;
  const auto count = static_cast<Index>(states.size());
  require(count > 0, {"the result has no hidden states; ask for them"});
  require(layer >= 0 && layer < count, {"the layer is ", layer, "; it must be from 0 to ", count - 1});
  const Tensor<float>& kept = states[static_cast<std::size_t>(layer)];
  check_width(kept, layer);
  require(position >= 0 && position < kept.shape.length,
          {"the position is ", position, "; it must be from 0 to ", kept.shape.length - 1});
  const Index rows = head_->pools() ? kept.shape.length : 1;
  const Index first = head_->pools() ? 0 : position;
  Tensor<float> state({1, 1, rows, kept.shape.dim}, "the hidden state");
  std::copy_n(kept.data.begin() + first * kept.shape.dim, rows * kept.shape.dim, state.data.begin());
  state = (decoder_ ? *decoder_ : *encoder_).finish(std::move(state), layer);
  return head_->logits(matrix(state), nullptr);
}

}  // namespace heed
