#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// OLMo 2: norms after attention and feed-forward; queries and keys are normed over all heads at once.
ArchitectureConfig olmo2(const Fields& fields, const Weights& weights) {
  const auto norm = [](const std::string& name, const Fields& all) {
    return rms_norm(name, all.number("rms_norm_eps", 1e-5));
  };
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = bias,
                                                .output_bias = bias,
                                                .function = activation(fields, "hidden_act", "silu"),
                                                .norm = norm});
  StackConfig& stack = *architecture.decoder;
  set_head_norms(stack, weights, norm, fields, HeadNormConfig::Scope::kAllHeads);
  const std::string base = weights.base("model.");
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = base + "layers." + std::to_string(i) + ".";
    stack.blocks[i].around_attention = {.after_output = norm(name + "post_attention_layernorm", fields)};
    stack.blocks[i].around_feed_forward = {.after_output = norm(name + "post_feedforward_layernorm", fields)};
  }
  return architecture;
}

}  // namespace heed::families
