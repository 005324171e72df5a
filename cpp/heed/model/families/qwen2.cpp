#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Qwen2 and Qwen2.5: queries, keys and values have biases.
ArchitectureConfig qwen2(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = llama_like(
      fields, weights,
      {.query_key_value_bias = true, .key_value_heads = 32, .function = activation(fields, "hidden_act", "silu")});
  set_upper_windows(fields, *architecture.decoder);
  return architecture;
}

}  // namespace heed::families
