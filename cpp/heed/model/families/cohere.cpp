#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Cohere's Command R: LayerNorm without bias, attention and feed-forward in parallel after one norm, adjacent rotary pairs.
ArchitectureConfig cohere(const Fields& fields, const Weights& weights) {
  const auto norm = [](const std::string& name, const Fields& all) {
    return layer_norm(name, all.number("layer_norm_eps", 1e-5), false);
  };
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = bias,
                                                .output_bias = bias,
                                                .tied = true,
                                                .function = activation(fields, "hidden_act", "silu"),
                                                .theta = 500000,
                                                .norm = norm});
  StackConfig& stack = *architecture.decoder;
  if (fields.flag("use_qk_norm", false))
    set_head_norms(stack, weights, norm, fields, HeadNormConfig::Scope::kHeadOwnGain);
  for (BlockConfig& block : stack.blocks) {
    block.attention.rotary.adjacent_pairs = true;
    block.parallel = true;
    block.around_feed_forward.before.reset();
  }
  if (architecture.head) architecture.head->output_scale = fields.number("logit_scale", 0.0625);
  return architecture;
}

}  // namespace heed::families
