#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// OPT: positions start at 2 and count what the attention mask shows; the 350m norms after each sum, and projects embeddings of
/// another width in and out.
ArchitectureConfig opt(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size("hidden_size");
  const HeadSizes sizes = equal_heads(fields, "num_attention_heads", width);
  const Index layers = fields.size("num_hidden_layers", {}, 1, kMostLayers);
  const Index inner = fields.size("ffn_dim", 3072);
  const Index embedding = fields.size("word_embed_proj_dim", width);
  const ActivationFunction function = activation(fields, "activation_function", "relu");
  const bool bias = fields.flag("enable_bias", true);
  const bool norms_first = fields.flag("do_layer_norm_before", true);
  const bool has_gains = fields.flag("layer_norm_elementwise_affine", true);
  architecture.context = fields.size("max_position_embeddings", 2048, 1, kMostPositions);
  const auto norm = [&](const std::string& name) {
    return has_gains ? layer_norm(name, 1e-5) : NormConfig{.epsilon = 1e-5};
  };

  const std::string base = weights.base("model.") + "decoder.";
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "embed_tokens.weight",
                     .width = embedding,
                     .positions = learned_positions(base + "embed_positions.weight", architecture.context + 2, 2)};
  stack.embedding.positions.counting = PositionCounting::kVisible;
  if (embedding != width) {
    stack.embedding.projection = linear(base + "project_in", embedding, width, false);
    stack.embedding.projection_first = true;
  }
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "layers." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "self_attn.q_proj",
                                          .key = name + "self_attn.k_proj",
                                          .value = name + "self_attn.v_proj",
                                          .output = name + "self_attn.out_proj",
                                          .query_key_value_bias = bias,
                                          .output_bias = bias});
    block.attention.causal = true;
    block.feed_forward = plain_feed_forward(function, linear(name + "fc1", width, inner, bias),
                                            linear(name + "fc2", inner, width, bias));
    SublayerConfig& first = block.around_attention;
    SublayerConfig& second = block.around_feed_forward;
    (norms_first ? first.before : first.after_sum) = norm(name + "self_attn_layer_norm");
    (norms_first ? second.before : second.after_sum) = norm(name + "final_layer_norm");
    stack.blocks.push_back(std::move(block));
  }
  if (norms_first && !fields.flag("_remove_final_layer_norm", false))
    stack.final_norm = norm(base + "final_layer_norm");
  if (embedding != width) stack.final_projection = linear(base + "project_out", width, embedding, false);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_head(fields, weights, "lm_head.weight", tied, {"ForCausalLM"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied);
  return architecture;
}

}  // namespace heed::families
