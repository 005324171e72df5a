#include "heed/model/architecture/alibi_slopes.h"
#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// MPT: ALiBi, no biases, queries, keys and values side by side in one matrix.
ArchitectureConfig mpt(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size(fields.name_of({"d_model", "hidden_size"}), 2048);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"n_heads", "num_attention_heads"}), width);
  const Index layers = fields.size(fields.name_of({"n_layers", "num_hidden_layers"}), 24, 1, kMostLayers);
  const Index inner = 4 * width;  // whatever expansion_ratio says: transformers does not read it
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  fields.require_flag("no_bias", true, "biases are not supported in this family");
  const Fields inside = fields.object("attn_config");
  inside.require_flag("alibi", true, "other positions than ALiBi are not supported in this family");
  inside.require_flag("prefix_lm", false, "prefixes that are seen as a whole are not supported");
  inside.require_flag("qk_ln", false, "norms of queries and keys are not supported in this family");
  inside.require_text("attn_type", {"multihead_attention"});
  const double clip = inside.number("clip_qkv", 0.0);
  if (clip < 0) inside.refuse("clip_qkv", "it must be at least 0");
  const double most_bias = inside.number("alibi_bias_max", 8.0);
  if (most_bias < 0) inside.refuse("alibi_bias_max", "it must be at least 0");
  architecture.context =
      fields.size(fields.name_of({"max_seq_len", "max_position_embeddings"}), 2048, 1, kMostPositions);

  const std::string base = weights.base("transformer.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "wte.weight", .width = width};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "blocks." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = attention_of(sizes);
    block.attention.causal = true;
    block.attention.scale = inside.number("softmax_scale", block.attention.scale);
    block.attention.clip = clip;
    block.attention.alibi = {.slopes = alibi_slopes_of_mpt(sizes.heads, most_bias), .skips_hidden_positions = false};
    block.attention.projections = {linear(name + "attn.Wqkv", width, 3 * width, false)};
    block.attention.query = HeadColumns::every(sizes.head_dim);
    block.attention.key = HeadColumns::every(sizes.head_dim, width);
    block.attention.value = HeadColumns::every(sizes.head_dim, 2 * width);
    block.attention.output = linear(name + "attn.out_proj", width, width, false);
    block.around_attention.before = layer_norm(name + "norm_1", epsilon, false);
    block.feed_forward =
        plain_feed_forward(ActivationFunction::kGelu, linear(name + "ffn.up_proj", width, inner, false),
                           linear(name + "ffn.down_proj", inner, width, false));
    block.around_feed_forward.before = layer_norm(name + "norm_2", epsilon, false);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "norm_f", epsilon, false);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_head(fields, weights, "lm_head.weight", tied, {"ForCausalLM"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied);
  return architecture;
}

}  // namespace heed::families
