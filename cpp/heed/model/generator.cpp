#include "heed/model/generator.h"

#include <algorithm>

namespace heed {
namespace {

constexpr Index kMostTokens = 1 << 20;

/// The tokens that the text begins with.
std::vector<std::int32_t> beginning(const ArchitectureConfig& architecture, const ForwardInput& input) {
  require(architecture.decoder.has_value(),
          {"a model of kind ", name_of(architecture.kind), " continues no text; decoders do"});
  if (!architecture.encoder) {
    // One that hides nothing is no mask: tokenizers give it with every text.
    const auto hidden = std::ranges::find(input.attention_mask, std::uint8_t{0});
    require(hidden == input.attention_mask.end(),
            {"the attention mask hides token ", static_cast<Index>(hidden - input.attention_mask.begin()),
             "; a text that is continued has none hidden"});
    require(input.attention_mask.empty() || input.attention_mask.size() == input.ids.size(),
            {"the attention mask has ", static_cast<Index>(input.attention_mask.size()), " numbers for ",
             static_cast<Index>(input.ids.size()), " tokens"});
    require(!input.ids.empty(), {"there are no tokens to continue"});
    return {input.ids.begin(), input.ids.end()};
  }
  if (!input.decoder_ids.empty()) return {input.decoder_ids.begin(), input.decoder_ids.end()};
  require(architecture.decoder_start_token.has_value(),
          {"the configuration has no decoder_start_token_id, and there are no decoder tokens"});
  return {static_cast<std::int32_t>(*architecture.decoder_start_token)};
}

/// How many tokens may follow `given`.
Index room_after(const ArchitectureConfig& architecture, Index given, Index wanted) {
  require(wanted >= 0 && wanted <= kMostTokens, {"max_new_tokens is ", wanted, "; it must be from 0 to ", kMostTokens});
  const Index context = architecture.context;
  require(context == 0 || given <= context, {"the text has ", given, " tokens but the model's context is ", context});
  return context == 0 ? wanted : std::min(wanted, context - given);
}

}  // namespace

Generator::Generator(const Model& model, const ForwardInput& input, GenerationOptions options, ThreadPool* pool)
    : model_(model),
      options_(std::move(options)),
      pool_(pool),
      text_(beginning(model.architecture(), input)),
      given_(static_cast<Index>(text_.size())),
      next_ids_(text_),
      left_(room_after(model.architecture(), static_cast<Index>(next_ids_.size()), options_.max_new_tokens)),
      cache_(model.architecture(), static_cast<Index>(next_ids_.size()) + left_),
      random_(options_.seed) {
  check(options_.sampling);
  text_.reserve(text_.size() + static_cast<std::size_t>(left_));
  if (!options_.end_tokens) options_.end_tokens = model.architecture().end_tokens;
  if (model.architecture().encoder) {
    encoder_ids_.assign(input.ids.begin(), input.ids.end());
    encoder_mask_.assign(input.attention_mask.begin(), input.attention_mask.end());
  }
}

std::optional<SampledToken> Generator::next() {
  if (left_ == 0) return std::nullopt;
  ForwardInput input;
  input.cache = &cache_;
  (model_.architecture().encoder ? input.decoder_ids : input.ids) = next_ids_;
  if (model_.architecture().encoder && cache_.encoder_length() == 0) {
    input.ids = encoder_ids_;
    input.attention_mask = encoder_mask_;
  }
  ForwardRequest request;
  request.logits = ForwardRequest::Logits::kLast;
  request.pool = pool_;
  const Index before = cache_.length();
  ForwardResult result = model_.forward(input, request);
  SampledToken token;
  try {
    apply_rules(model_.architecture().generation,
                {.ids = text_, .given = given_, .end_tokens = *options_.end_tokens, .is_full_after_next = left_ == 1},
                result.logits.data);
    token = sample(result.logits.data, options_.sampling, random_);
  } catch (...) {
    // Asked again, the same tokens are read again.
    cache_.truncate(before);
    throw;
  }
  next_ids_.assign(1, static_cast<std::int32_t>(token.id));
  text_.push_back(next_ids_.front());
  --left_;
  if (std::ranges::count(*options_.end_tokens, token.id) > 0) left_ = 0;
  return token;
}

}  // namespace heed
