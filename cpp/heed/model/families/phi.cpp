#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// Phi-1, 1.5 and 2: attention and feed-forward in parallel after one norm, biases everywhere, part of a head turns.
ArchitectureConfig phi(const Fields& fields, const Weights& weights) {
  const auto norm = [](const std::string& name, const Fields& all) {
    return layer_norm(name, all.number("layer_norm_eps", 1e-5));
  };
  ArchitectureConfig architecture = llama_like(
      fields, weights, {.query_key_value_bias = true, .output_bias = true, .partial_rotary = 0.5, .norm = norm});
  const ActivationFunction function = activation(fields, "hidden_act", "gelu_new");
  StackConfig& stack = *architecture.decoder;
  const std::string base = weights.base("model.");
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = base + "layers." + std::to_string(i) + ".";
    BlockConfig& block = stack.blocks[i];
    const Index inner = block.feed_forward.width;
    block.attention.output = linear(name + "self_attn.dense", block.attention.output.inputs, stack.width, true);
    if (fields.flag("qk_layernorm", false)) {
      block.attention.query_norm = {norm(name + "self_attn.q_layernorm", fields), HeadNormConfig::Scope::kHead};
      block.attention.key_norm = {norm(name + "self_attn.k_layernorm", fields), HeadNormConfig::Scope::kHead};
    }
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.fc1", stack.width, inner, true),
                                            linear(name + "mlp.fc2", inner, stack.width, true));
    block.parallel = true;
    block.around_feed_forward.before.reset();
  }
  stack.final_norm = norm(base + "final_layernorm", fields);
  if (architecture.head) architecture.head->output.bias = "lm_head.bias";
  return architecture;
}

}  // namespace heed::families
