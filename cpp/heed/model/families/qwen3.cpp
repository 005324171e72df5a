#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Qwen3: queries and keys are normed head by head before they turn.
ArchitectureConfig qwen3(const Fields& fields, const Weights& weights) {
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = bias,
                                                .output_bias = bias,
                                                .key_value_heads = 32,
                                                .head_dim = 128,
                                                .function = activation(fields, "hidden_act", "silu")});
  set_upper_windows(fields, *architecture.decoder);
  set_head_norms(*architecture.decoder, weights, llama_norm, fields, HeadNormConfig::Scope::kHead);
  return architecture;
}

}  // namespace heed::families
