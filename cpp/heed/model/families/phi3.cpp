#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Phi-3: queries, keys and values in one matrix, gate and up in another.
ArchitectureConfig phi3(const Fields& fields, const Weights& weights) {
  const ActivationFunction function = activation(fields, "hidden_act", "silu");
  ArchitectureConfig architecture =
      llama_like(fields, weights, {.function = function, .norm = [](const std::string& name, const Fields& all) {
                                     return rms_norm(name, all.number("rms_norm_eps", 1e-5));
                                   }});
  StackConfig& stack = *architecture.decoder;
  const std::string base = weights.base("model.");
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = base + "layers." + std::to_string(i) + ".";
    BlockConfig& block = stack.blocks[i];
    AttentionConfig& attention = block.attention;
    // The columns are those of matrices side by side.
    const Index columns = (attention.heads + 2 * attention.key_value_heads) * attention.head_dim;
    attention.projections = {linear(name + "self_attn.qkv_proj", stack.width, columns, false)};
    const Index inner = block.feed_forward.width;
    block.feed_forward =
        fused_gated_feed_forward(function, linear(name + "mlp.gate_up_proj", stack.width, 2 * inner, false),
                                 linear(name + "mlp.down_proj", inner, stack.width, false));
    if (fields.has("sliding_window")) set_window(attention, fields.size("sliding_window"));
  }
  return architecture;
}

}  // namespace heed::families
