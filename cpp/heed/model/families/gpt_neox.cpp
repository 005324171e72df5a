#include "heed/model/architecture/rotary_config.h"
#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// GPT-NeoX and Pythia: queries, keys and values head by head in one matrix, part of a head turns, attention and feed-forward in
/// parallel, each after a norm of its own.
ArchitectureConfig gpt_neox(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size("hidden_size");
  const HeadSizes sizes = equal_heads(fields, "num_attention_heads", width);
  const Index dim = sizes.head_dim;
  const Index layers = fields.size("num_hidden_layers", {}, 1, kMostLayers);
  const Index inner = fields.size("intermediate_size");
  const double epsilon = fields.number("layer_norm_eps", 1e-5);
  const ActivationFunction function = activation(fields, "hidden_act", "gelu");
  const bool bias = fields.flag("attention_bias", true);
  const RotaryConfig rotary = rotary_config(fields, {.head_dim = dim,
                                                     .theta = fields.number("rotary_emb_base", 10000.0),
                                                     .partial = fields.number("rotary_pct", 0.25)});
  architecture.context = fields.size("max_position_embeddings", 2048, 1, kMostPositions);

  const std::string base = weights.base("gpt_neox.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "embed_in.weight", .width = width};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "layers." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = attention_of(sizes);
    block.attention.causal = true;
    block.attention.projections = {linear(name + "attention.query_key_value", width, 3 * width, bias)};
    block.attention.query = HeadColumns::every(3 * dim);
    block.attention.key = HeadColumns::every(3 * dim, dim);
    block.attention.value = HeadColumns::every(3 * dim, 2 * dim);
    block.attention.output = linear(name + "attention.dense", width, width, bias);
    block.attention.rotary = rotary;
    block.around_attention.before = layer_norm(name + "input_layernorm", epsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.dense_h_to_4h", width, inner, true),
                                            linear(name + "mlp.dense_4h_to_h", inner, width, true));
    block.around_feed_forward.before = layer_norm(name + "post_attention_layernorm", epsilon);
    block.parallel = fields.flag("use_parallel_residual", true);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "final_layer_norm", epsilon);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, false);
  if (has_head(fields, weights, "embed_out.weight", tied, {"ForCausalLM"}))
    architecture.head = language_head(architecture, weights, "embed_out", tied);
  return architecture;
}

}  // namespace heed::families
