#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// StarCoder2: LayerNorm, biases, a feed-forward without gate.
ArchitectureConfig starcoder2(const Fields& fields, const Weights& weights) {
  const bool bias = fields.flag("use_bias", true);
  fields.require_text("norm_type", {"layer_norm"});
  fields.require_text("mlp_type", {"default"});
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = bias,
                                                .output_bias = bias,
                                                .tied = true,
                                                .key_value_heads = 2,
                                                .norm = [](const std::string& name, const Fields& all) {
                                                  return layer_norm(name, all.number("norm_epsilon", 1e-5));
                                                }});
  const ActivationFunction function = activation(fields, "hidden_act", "gelu_pytorch_tanh");
  StackConfig& stack = *architecture.decoder;
  const std::string base = weights.base("model.");
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = base + "layers." + std::to_string(i) + ".mlp.";
    BlockConfig& block = stack.blocks[i];
    const Index inner = block.feed_forward.width;
    block.feed_forward = plain_feed_forward(function, linear(name + "c_fc", stack.width, inner, bias),
                                            linear(name + "c_proj", inner, stack.width, bias));
    if (fields.has("sliding_window")) set_window(block.attention, fields.size("sliding_window"));
  }
  return architecture;
}

}  // namespace heed::families
