#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Mistral: a window on all layers, 4096 where the configuration does not say, none where it is null.
ArchitectureConfig mistral(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture =
      llama_like(fields, weights, {.key_value_heads = 8, .function = activation(fields, "hidden_act", "silu")});
  if (fields.is_null("sliding_window")) return architecture;
  const Index window = fields.size("sliding_window", 4096);
  for (BlockConfig& block : architecture.decoder->blocks) set_window(block.attention, window);
  return architecture;
}

}  // namespace heed::families
