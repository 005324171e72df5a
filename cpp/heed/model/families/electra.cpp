#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// ELECTRA: embeddings of another width are projected after their norm.
ArchitectureConfig electra(const Fields& fields, const Weights& weights) {
  BertLike choices = bert_choices(fields, weights, "electra.");
  choices.embedding_width = fields.size("embedding_size", 128);
  ArchitectureConfig architecture = bert_like(fields, choices);
  StackConfig& stack = *architecture.encoder;
  if (choices.embedding_width != stack.width)
    stack.embedding.projection =
        linear(choices.base + "embeddings_project", choices.embedding_width, stack.width, true);
  const bool tied = is_tied(fields, true);
  if (has_own_head(fields, weights, "generator_", {"ForMaskedLM"}))
    architecture.head = masked_head(architecture, weights,
                                    {.dense = "generator_predictions.dense",
                                     .norm = "generator_predictions.LayerNorm",
                                     .output = "generator_lm_head",
                                     .output_bias = "generator_lm_head.bias",
                                     .epsilon = choices.epsilon,
                                     .hidden_width = choices.embedding_width,
                                     .tied = tied});
  return architecture;
}

}  // namespace heed::families
