#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Granite: multipliers of embeddings, attention, residual and logits.
ArchitectureConfig granite(const Fields& fields, const Weights& weights) {
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = bias,
                                                .output_bias = bias,
                                                .feed_forward_bias = fields.flag("mlp_bias", false),
                                                .function = activation(fields, "hidden_act", "silu")});
  StackConfig& stack = *architecture.decoder;
  stack.embedding.scale = fields.number("embedding_multiplier", 1.0);
  for (BlockConfig& block : stack.blocks) {
    block.attention.scale = fields.number("attention_multiplier", 1.0);
    block.around_attention.multiplier = fields.number("residual_multiplier", 1.0);
    block.around_feed_forward.multiplier = block.around_attention.multiplier;
  }
  const double scaling = fields.number("logits_scaling", 1.0);
  if (scaling == 0) fields.refuse("logits_scaling", "it must not be 0");
  if (architecture.head) architecture.head->output_scale = 1 / scaling;
  return architecture;
}

}  // namespace heed::families
