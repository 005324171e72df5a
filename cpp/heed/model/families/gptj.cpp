#include "heed/model/architecture/rotary_config.h"
#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// GPT-J: adjacent rotary pairs on the first `rotary_dim` components, attention and feed-forward in parallel after one norm.
ArchitectureConfig gptj(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size(fields.name_of({"n_embd", "hidden_size"}), 4096);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"n_head", "num_attention_heads"}), width);
  const Index layers = fields.size(fields.name_of({"n_layer", "num_hidden_layers"}), 28, 1, kMostLayers);
  const Index inner = fields.size("n_inner", 4 * width);
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  const ActivationFunction function = activation(fields, "activation_function", "gelu_new");
  if (fields.is_null("rotary_dim")) fields.refuse("rotary_dim", "it must be a number");
  const Index turned = fields.size("rotary_dim", 64, 2, sizes.head_dim);
  // The frequencies are those of a head that turns as a whole.
  RotaryConfig rotary = rotary_config(fields, {.head_dim = turned});
  rotary.adjacent_pairs = true;
  architecture.context =
      fields.size(fields.name_of({"n_positions", "max_position_embeddings"}), 2048, 1, kMostPositions);

  const std::string base = weights.base("transformer.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "wte.weight", .width = width};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "h." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "attn.q_proj",
                                          .key = name + "attn.k_proj",
                                          .value = name + "attn.v_proj",
                                          .output = name + "attn.out_proj",
                                          .query_key_value_bias = false,
                                          .output_bias = false});
    block.attention.causal = true;
    block.attention.rotary = rotary;
    block.around_attention.before = layer_norm(name + "ln_1", epsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.fc_in", width, inner, true),
                                            linear(name + "mlp.fc_out", inner, width, true));
    block.parallel = true;
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "ln_f", epsilon);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, false);
  if (has_head(fields, weights, "lm_head.weight", tied, {"ForCausalLM"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied, true);
  return architecture;
}

}  // namespace heed::families
