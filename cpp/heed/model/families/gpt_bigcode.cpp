#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// SantaCoder and StarCoder: GPT-2 with Linear in place of Conv1D and one key/value head.
ArchitectureConfig gpt_bigcode(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size(fields.name_of({"n_embd", "hidden_size"}), 768);
  HeadSizes sizes = equal_heads(fields, fields.name_of({"n_head", "num_attention_heads"}), width);
  const Index layers = fields.size(fields.name_of({"n_layer", "num_hidden_layers"}), 12, 1, kMostLayers);
  const Index inner = fields.size("n_inner", 4 * width);
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  const ActivationFunction function = activation(fields, "activation_function", "gelu_pytorch_tanh");
  fields.require_flag("add_cross_attention", false, "cross-attention is not supported in this family");
  const bool is_multi_query = fields.flag("multi_query", true);
  const Index dim = sizes.head_dim;
  if (is_multi_query) sizes.key_value_heads = 1;
  architecture.context =
      fields.size(fields.name_of({"n_positions", "max_position_embeddings"}), 1024, 1, kMostPositions);

  const std::string base = weights.base("transformer.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "wte.weight",
                     .width = width,
                     .positions = learned_positions(base + "wpe.weight", architecture.context)};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "h." + std::to_string(layer) + ".";
    BlockConfig block;
    AttentionConfig& attention = block.attention;
    attention = attention_of(sizes);
    attention.causal = true;
    if (!fields.flag("scale_attn_weights", true)) attention.scale = 1;
    const Index columns = width + 2 * sizes.key_value_columns();
    attention.projections = {linear(name + "attn.c_attn", width, columns, true)};
    // Side by side with one key/value head, else head by head.
    attention.query = HeadColumns::every(is_multi_query ? dim : 3 * dim);
    attention.key = HeadColumns::every(3 * dim, is_multi_query ? width : dim);
    attention.value = HeadColumns::every(3 * dim, is_multi_query ? width + dim : 2 * dim);
    attention.output = linear(name + "attn.c_proj", width, width, true);
    block.around_attention.before = layer_norm(name + "ln_1", epsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.c_fc", width, inner, true),
                                            linear(name + "mlp.c_proj", inner, width, true));
    block.around_feed_forward.before = layer_norm(name + "ln_2", epsilon);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "ln_f", epsilon);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_head(fields, weights, "lm_head.weight", tied, {"ForCausalLM", "LMHeadModel"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied);
  return architecture;
}

}  // namespace heed::families
