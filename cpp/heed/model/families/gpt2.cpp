#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// GPT-2, DistilGPT2 and DialoGPT: Conv1D (inputs × outputs) in place of Linear, queries, keys and values side by side.
ArchitectureConfig gpt2(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size(fields.name_of({"n_embd", "hidden_size"}), 768);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"n_head", "num_attention_heads"}), width);
  const Index layers = fields.size(fields.name_of({"n_layer", "num_hidden_layers"}), 12, 1, kMostLayers);
  const Index inner = fields.size("n_inner", 4 * width);
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  const ActivationFunction function = activation(fields, "activation_function", "gelu_new");
  fields.require_flag("add_cross_attention", false, "cross-attention is not supported in this family");
  architecture.context =
      fields.size(fields.name_of({"n_positions", "max_position_embeddings", "n_ctx"}), 1024, 1, kMostPositions);

  const std::string base = weights.base("transformer.");
  const auto conv = [](const std::string& name, Index inputs, Index outputs) {
    LinearConfig config = linear(name, inputs, outputs, true);
    config.inputs_first = true;
    return config;
  };
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "wte.weight",
                     .width = width,
                     .positions = learned_positions(base + "wpe.weight", architecture.context)};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "h." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = attention_of(sizes);
    block.attention.causal = true;
    if (!fields.flag("scale_attn_weights", true)) block.attention.scale = 1;
    if (fields.flag("scale_attn_by_inverse_layer_idx", false)) block.attention.scale /= static_cast<double>(layer + 1);
    block.attention.projections = {conv(name + "attn.c_attn", width, 3 * width)};
    block.attention.query = HeadColumns::every(sizes.head_dim);
    block.attention.key = HeadColumns::every(sizes.head_dim, width);
    block.attention.value = HeadColumns::every(sizes.head_dim, 2 * width);
    block.attention.output = conv(name + "attn.c_proj", width, width);
    block.around_attention.before = layer_norm(name + "ln_1", epsilon);
    block.feed_forward =
        plain_feed_forward(function, conv(name + "mlp.c_fc", width, inner), conv(name + "mlp.c_proj", inner, width));
    block.around_feed_forward.before = layer_norm(name + "ln_2", epsilon);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "ln_f", epsilon);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_head(fields, weights, "lm_head.weight", tied, {"LMHeadModel", "DoubleHeadsModel"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied);
  return architecture;
}

}  // namespace heed::families
