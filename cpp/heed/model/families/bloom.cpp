#include "heed/model/architecture/alibi_slopes.h"
#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// BLOOM: ALiBi, queries, keys and values head by head in one matrix, a norm of the embeddings.
ArchitectureConfig bloom(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size(fields.name_of({"n_embed", "hidden_size"}), 64);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"n_head", "num_attention_heads"}), width);
  const Index dim = sizes.head_dim;
  const Index layers = fields.size(fields.name_of({"n_layer", "num_hidden_layers"}), 2, 1, kMostLayers);
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  const bool residual_after_norm = fields.flag("apply_residual_connection_post_layernorm", false);

  const std::string base = weights.base("transformer.");
  StackConfig stack;
  stack.width = width;
  stack.embedding.tokens = base + "word_embeddings.weight";
  stack.embedding.width = width;
  stack.embedding.norm = layer_norm(base + "word_embeddings_layernorm", epsilon);
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "h." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = attention_of(sizes);
    block.attention.causal = true;
    block.attention.alibi = {.slopes = alibi_slopes(sizes.heads)};
    block.attention.projections = {linear(name + "self_attention.query_key_value", width, 3 * width, true)};
    block.attention.query = HeadColumns::every(3 * dim);
    block.attention.key = HeadColumns::every(3 * dim, dim);
    block.attention.value = HeadColumns::every(3 * dim, 2 * dim);
    block.attention.output = linear(name + "self_attention.dense", width, width, true);
    block.around_attention.before = layer_norm(name + "input_layernorm", epsilon);
    block.around_attention.residual_after_before = residual_after_norm;
    block.feed_forward =
        plain_feed_forward(ActivationFunction::kGeluTanh, linear(name + "mlp.dense_h_to_4h", width, 4 * width, true),
                           linear(name + "mlp.dense_4h_to_h", 4 * width, width, true));
    block.around_feed_forward.before = layer_norm(name + "post_attention_layernorm", epsilon);
    block.around_feed_forward.residual_after_before = residual_after_norm;
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "ln_f", epsilon);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_head(fields, weights, "lm_head.weight", tied, {"ForCausalLM"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied);
  return architecture;
}

}  // namespace heed::families
