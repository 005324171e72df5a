#include "heed/model/architecture/generation_rules.h"

#include <algorithm>
#include <limits>
#include <set>

namespace heed {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr Index kMostTokens = Index{1} << 24;

std::vector<std::vector<Index>> sequences(const Fields& fields, std::string_view field, Index vocabulary) {
  std::vector<std::vector<Index>> result;
  const auto refuse = [&] {
    fields.refuse(field, message({"it must be a list of lists of tokens from 0 to ", vocabulary - 1}));
  };
  const auto list_of = [&](const FieldValue& value) -> const FieldValue::List& {
    const auto* list = std::get_if<FieldValue::List>(&value.value);
    if (list == nullptr) refuse();
    return *list;
  };
  const FieldValue* found = fields.find(field);
  if (found == nullptr) return result;
  for (const FieldValue& sequence : list_of(*found)) {
    std::vector<Index>& ids = result.emplace_back();
    for (const FieldValue& each : list_of(sequence)) {
      const auto* id = std::get_if<std::int64_t>(&each.value);
      if (id == nullptr || *id < 0 || *id >= vocabulary) refuse();
      ids.push_back(static_cast<Index>(*id));
    }
  }
  return result;
}

void forbid(Index id, std::span<float> logits) {
  if (id >= 0 && id < static_cast<Index>(logits.size())) logits[static_cast<std::size_t>(id)] = kNever;
}

void forbid(std::span<const Index> ids, std::span<float> logits) {
  for (const Index id : ids) forbid(id, logits);
}

/// Only these may come, all alike.
void force(std::span<const Index> ids, std::span<float> logits) {
  std::ranges::fill(logits, kNever);
  for (const Index id : ids)
    if (id < static_cast<Index>(logits.size())) logits[static_cast<std::size_t>(id)] = 0;
}

void penalize(double penalty, std::span<const std::int32_t> text, std::span<float> logits) {
  const auto factor = static_cast<float>(penalty);
  for (const std::int32_t id : std::set(text.begin(), text.end())) {
    if (id < 0 || id >= static_cast<Index>(logits.size())) continue;
    float& logit = logits[static_cast<std::size_t>(id)];
    logit = logit < 0 ? logit * factor : logit / factor;
  }
}

/// What has followed the text's last size − 1 tokens before.
void forbid_repeated_ngrams(Index size, std::span<const std::int32_t> text, std::span<float> logits) {
  const auto length = static_cast<Index>(text.size());
  const Index prefix = size - 1;
  for (Index first = 0; first + prefix < length; ++first) {
    const auto before = text.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(prefix));
    if (std::ranges::equal(before, text.last(static_cast<std::size_t>(prefix))))
      forbid(text[static_cast<std::size_t>(first + prefix)], logits);
  }
}

/// The last token of a sequence whose others the text ends with.
void forbid_sequence(std::span<const Index> sequence, std::span<const std::int32_t> text, std::span<float> logits) {
  if (sequence.empty() || sequence.size() - 1 > text.size()) return;
  const auto others = sequence.first(sequence.size() - 1);
  if (std::ranges::equal(others, text.last(others.size()))) forbid(sequence.back(), logits);
}

}  // namespace

GenerationRules generation_rules(const Fields& fields, Index vocabulary) {
  const auto ids = [&](std::string_view field) { return fields.sizes(field, 0, vocabulary - 1); };
  GenerationRules rules{.repetition_penalty = fields.number("repetition_penalty", 1.0),
                        .no_repeat_ngram_size = fields.size("no_repeat_ngram_size", 0, 0),
                        .bad_words_ids = sequences(fields, "bad_words_ids", vocabulary),
                        .min_length = fields.size("min_length", 0, 0, kMostTokens),
                        .min_new_tokens = fields.size("min_new_tokens", 0, 0, kMostTokens),
                        .suppress_tokens = ids("suppress_tokens"),
                        .begin_suppress_tokens = ids("begin_suppress_tokens"),
                        .forced_bos_token_id = {},
                        .forced_eos_token_id = ids("forced_eos_token_id")};
  if (!(rules.repetition_penalty > 0)) fields.refuse("repetition_penalty", "it must be above 0");
  if (fields.has("forced_bos_token_id"))
    rules.forced_bos_token_id = fields.size("forced_bos_token_id", {}, 0, vocabulary - 1);
  return rules;
}

void apply_rules(const GenerationRules& rules, const TextSoFar& text, std::span<float> logits) {
  const auto length = static_cast<Index>(text.ids.size());
  if (rules.repetition_penalty != 1) penalize(rules.repetition_penalty, text.ids, logits);
  if (rules.no_repeat_ngram_size > 0) forbid_repeated_ngrams(rules.no_repeat_ngram_size, text.ids, logits);
  for (const std::vector<Index>& sequence : rules.bad_words_ids) {
    const bool ends_text = sequence.size() == 1 && std::ranges::count(text.end_tokens, sequence.front()) > 0;
    if (!ends_text) forbid_sequence(sequence, text.ids, logits);
  }
  if (length < rules.min_length || length - text.given < rules.min_new_tokens) forbid(text.end_tokens, logits);
  if (rules.forced_bos_token_id && length == 1) force(std::span(&*rules.forced_bos_token_id, 1), logits);
  if (!rules.forced_eos_token_id.empty() && text.is_full_after_next) force(rules.forced_eos_token_id, logits);
  forbid(rules.suppress_tokens, logits);
  // A first token that is forced comes before the first that is drawn.
  const Index first = text.given > 1 || !rules.forced_bos_token_id ? text.given : text.given + 1;
  if (length == first) forbid(rules.begin_suppress_tokens, logits);
}

}  // namespace heed
