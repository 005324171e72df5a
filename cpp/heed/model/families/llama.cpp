#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Llama 1 to 3, TinyLlama, SmolLM and others saved as them.
ArchitectureConfig llama(const Fields& fields, const Weights& weights) {
  const bool attention_bias = fields.flag("attention_bias", false);
  return llama_like(fields, weights,
                    {.query_key_value_bias = attention_bias,
                     .output_bias = attention_bias,
                     .feed_forward_bias = fields.flag("mlp_bias", false),
                     .function = activation(fields, "hidden_act", "silu")});
}

}  // namespace heed::families
