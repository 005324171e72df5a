#pragma once

#include <optional>
#include <span>
#include <vector>

#include "heed/model/architecture/fields.h"

namespace heed {

/// What a checkpoint's generation_config.json asks of the texts that its model continues, besides how a token is drawn; each as
/// transformers' logits processor of that name does it. Of its other fields only the end and start tokens are read.
struct GenerationRules {
  /// The logit of a token that the text has is divided by it where it is positive, else multiplied (N. S. Keskar et al., "CTRL",
  /// 2019, section 4.1).
  double repetition_penalty = 1;
  Index no_repeat_ngram_size = 0;                 ///< no sequence of so many tokens comes twice; 0: any may
  std::vector<std::vector<Index>> bad_words_ids;  ///< sequences of tokens that do not come
  Index min_length = 0;                           ///< tokens, with those given, before which there is no end token
  Index min_new_tokens = 0;                       ///< the same without those given
  std::vector<Index> suppress_tokens;             ///< tokens that do not come
  std::vector<Index> begin_suppress_tokens;       ///< tokens that do not come first
  std::optional<Index> forced_bos_token_id;       ///< what follows a text of one token
  std::vector<Index> forced_eos_token_id;         ///< the last token of a text that is as long as it may be
};

/// A text on its way.
struct TextSoFar {
  std::span<const std::int32_t> ids;  ///< what there is of it; of encoder-decoders the decoder's
  Index given = 0;                    ///< how many of them it began with
  std::span<const Index> end_tokens;  ///< after which it ends
  bool is_full_after_next = false;    ///< whether the next token is the last that it may have
};

/// Reads generation_config.json, or a config.json that has its fields. Throws std::invalid_argument, naming field and value, where
/// one is out of its range; ids are below `vocabulary`.
[[nodiscard]] GenerationRules generation_rules(const Fields& fields, Index vocabulary);

/// Changes the logits of the token that follows a text. What may not come gets −∞; ids that are no index of `logits` are left out.
void apply_rules(const GenerationRules& rules, const TextSoFar& text, std::span<float> logits);

}  // namespace heed
