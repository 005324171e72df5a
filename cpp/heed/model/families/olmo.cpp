#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// OLMo: norms without parameters; queries, keys and values may be clamped.
ArchitectureConfig olmo(const Fields& fields, const Weights& weights) {
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture =
      llama_like(fields, weights,
                 {.query_key_value_bias = bias,
                  .output_bias = bias,
                  .function = activation(fields, "hidden_act", "silu"),
                  .norm = [](const std::string&, const Fields&) { return NormConfig{.epsilon = 1e-5}; }});
  if (!fields.has("clip_qkv")) return architecture;
  const double clip = fields.number("clip_qkv");
  if (!(clip > 0)) fields.refuse("clip_qkv", "it must be above 0");
  for (BlockConfig& block : architecture.decoder->blocks) block.attention.clip = clip;
  return architecture;
}

}  // namespace heed::families
