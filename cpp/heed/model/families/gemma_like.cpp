#include "heed/model/families/gemma_like.h"

#include <cmath>

namespace heed::families {

NormConfig gemma_norm(const std::string& name, const Fields& fields) {
  return rms_norm(name, fields.number("rms_norm_eps", 1e-6), true);
}

ArchitectureConfig gemma_like(const Fields& fields, const Weights& weights, const GemmaLike& choices) {
  fields.require_flag("use_bidirectional_attention", false, "this family is supported as a decoder");
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture =
      llama_like(fields, weights,
                 {.query_key_value_bias = bias,
                  .output_bias = bias,
                  .tied = true,
                  .key_value_heads = choices.key_value_heads,
                  .head_dim = 256,
                  .function = activation(fields, choices.activation_field, "gelu_pytorch_tanh"),
                  .theta = choices.theta,
                  .norm = gemma_norm});
  architecture.decoder->embedding.scale = std::sqrt(static_cast<double>(architecture.decoder->width));
  return architecture;
}

void add_gemma2_layers(const Fields& fields, ArchitectureConfig& architecture, const Weights& weights,
                       double attention_softcap, double logit_softcap) {
  const auto softcap = [&](const char* field, double absent) {
    if (fields.is_null(field)) return 0.0;
    const double cap = fields.number(field, absent);
    if (!(cap > 0)) fields.refuse(field, "it must be above 0, or null");
    return cap;
  };
  const double scalar = fields.number("query_pre_attn_scalar", 256.0);
  if (!(scalar > 0)) fields.refuse("query_pre_attn_scalar", "it must be above 0");
  StackConfig& stack = *architecture.decoder;
  const std::string base = weights.base("model.");
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = base + "layers." + std::to_string(i) + ".";
    BlockConfig& block = stack.blocks[i];
    block.attention.scale = 1 / std::sqrt(scalar);
    block.attention.softcap = softcap("attn_logit_softcapping", attention_softcap);
    block.around_attention.after_output = gemma_norm(name + "post_attention_layernorm", fields);
    block.around_feed_forward.before = gemma_norm(name + "pre_feedforward_layernorm", fields);
    block.around_feed_forward.after_output = gemma_norm(name + "post_feedforward_layernorm", fields);
  }
  if (architecture.head) architecture.head->softcap = softcap("final_logit_softcapping", logit_softcap);
}

}  // namespace heed::families
