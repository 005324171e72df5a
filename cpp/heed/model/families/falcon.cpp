#include "heed/model/architecture/alibi_slopes.h"
#include "heed/model/architecture/rotary_config.h"
#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {
namespace {

/// How many key/value heads there are, and where they lie in the rows of the one matrix that has queries, keys and values.
void set_projection(const Fields& fields, const HeadSizes& all, AttentionConfig& attention) {
  const Index dim = all.head_dim;
  const bool in_groups = fields.flag("new_decoder_architecture", false);
  const bool is_multi_query = !in_groups && fields.flag("multi_query", true);
  HeadSizes sizes = all;
  sizes.key_value_heads =
      is_multi_query ? 1 : fields.size(fields.name_of({"num_kv_heads", "n_head_kv"}), all.heads, 1, kMostHeads);
  if (all.heads % sizes.key_value_heads != 0)
    fields.refuse("num_kv_heads", message({"it must divide the number of heads ", all.heads}));
  if (!in_groups && !is_multi_query && sizes.key_value_heads != all.heads)
    fields.refuse("num_kv_heads", message({"it must be the number of heads ", all.heads,
                                           " unless multi_query or new_decoder_architecture is true"}));
  attention = attention_of(sizes);
  if (is_multi_query) {
    attention.query = HeadColumns::every(dim);
    attention.key = HeadColumns::every(dim, all.heads * dim);
    attention.value = HeadColumns::every(dim, (all.heads + 1) * dim);
    return;
  }
  // Groups of queries that share a key and a value, each followed by these two.
  const Index queries = all.heads / sizes.key_value_heads;
  const Index group = (queries + 2) * dim;
  attention.query = {.first = 0, .step = dim, .group = queries, .group_step = group};
  attention.key = HeadColumns::every(group, queries * dim);
  attention.value = HeadColumns::every(group, (queries + 1) * dim);
}

}  // namespace

/// Falcon: one key/value head or one a group, attention and feed-forward in parallel, rotary positions or ALiBi.
ArchitectureConfig falcon(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size("hidden_size", 4544);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"num_attention_heads", "n_head"}), width);
  const Index layers = fields.size(fields.name_of({"num_hidden_layers", "n_layer"}), 32, 1, kMostLayers);
  const Index inner = fields.size("ffn_hidden_size", 4 * width);
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  const ActivationFunction function = activation(fields, "activation", "gelu");
  const bool bias = fields.flag("bias", false);
  const bool in_groups = fields.flag("new_decoder_architecture", false);
  const bool parallel = fields.flag("parallel_attn", true) || in_groups;
  const bool two_norms = in_groups && fields.size("num_ln_in_parallel_attn", 2, 1, 2) == 2;
  const bool has_alibi = fields.flag("alibi", false);
  RotaryConfig rotary;
  if (!has_alibi) rotary = rotary_config(fields, {.head_dim = sizes.head_dim});
  architecture.context = fields.size("max_position_embeddings", 2048, 1, kMostPositions);

  const std::string base = weights.base("transformer.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "word_embeddings.weight", .width = width};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "h." + std::to_string(layer) + ".";
    BlockConfig block;
    AttentionConfig& attention = block.attention;
    set_projection(fields, sizes, attention);
    attention.causal = true;
    const Index columns = (sizes.heads + 2 * attention.key_value_heads) * sizes.head_dim;
    attention.projections = {linear(name + "self_attention.query_key_value", width, columns, bias)};
    attention.output = linear(name + "self_attention.dense", width, width, bias);
    attention.rotary = rotary;
    if (has_alibi)  // added before the logits are scaled, and made in bfloat16
      attention.alibi = {.slopes = alibi_slopes(sizes.heads), .scale = attention.scale, .rounds_to_bfloat16 = true};
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.dense_h_to_4h", width, inner, bias),
                                            linear(name + "mlp.dense_4h_to_h", inner, width, bias));
    block.parallel = parallel;
    block.around_attention.before = layer_norm(name + (two_norms ? "ln_attn" : "input_layernorm"), epsilon);
    if (two_norms) block.around_feed_forward.before = layer_norm(name + "ln_mlp", epsilon);
    if (!parallel) block.around_feed_forward.before = layer_norm(name + "post_attention_layernorm", epsilon);
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
