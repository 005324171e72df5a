#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// StableLM 2: LayerNorm with biases, part of a head turns.
ArchitectureConfig stablelm(const Fields& fields, const Weights& weights) {
  fields.require_flag("qk_layernorm", false, "norms of queries and keys are not supported in this family");
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = fields.flag("use_qkv_bias", false),
                                                .key_value_heads = 32,
                                                .function = activation(fields, "hidden_act", "silu"),
                                                .partial_rotary = 0.25,
                                                .norm = [](const std::string& name, const Fields& all) {
                                                  return layer_norm(name, all.number("layer_norm_eps", 1e-5));
                                                }});
  if (fields.flag("use_parallel_residual", false))
    for (BlockConfig& block : architecture.decoder->blocks) {
      block.parallel = true;
      block.around_feed_forward.before.reset();
    }
  return architecture;
}

}  // namespace heed::families
