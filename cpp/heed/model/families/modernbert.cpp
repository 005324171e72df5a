#include "heed/model/architecture/rotary_config.h"
#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// ModernBERT: rotary positions, gated feed-forward; every nth layer is full, the others see a window to both sides.
ArchitectureConfig modernbert(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoder);
  const Index width = fields.size("hidden_size", 768);
  const HeadSizes sizes = equal_heads(fields, "num_attention_heads", width);
  const Index layers = fields.size("num_hidden_layers", 22, 1, kMostLayers);
  const Index inner = fields.size("intermediate_size", 1152);
  const double epsilon = fields.number("norm_eps", 1e-5);
  const bool norm_bias = fields.flag("norm_bias", false);
  const bool attention_bias = fields.flag("attention_bias", false);
  const bool mlp_bias = fields.flag("mlp_bias", false);
  const ActivationFunction function = activation(fields, "hidden_activation", "gelu");
  const Index every = fields.size("global_attn_every_n_layers", 3);
  const Index side = fields.size("local_attention", 128) / 2;
  const auto rotary_of = [&](const char* type, const char* older, double theta) {
    const Fields parameters = fields.object("rope_parameters").object(type);
    return rotary_config(fields, parameters, {.head_dim = sizes.head_dim, .theta = fields.number(older, theta)});
  };
  const RotaryConfig full = rotary_of("full_attention", "global_rope_theta", 160000);
  // null: that of the other layers.
  const RotaryConfig sliding = fields.is_null("local_rope_theta")
                                   ? rotary_of("sliding_attention", "global_rope_theta", 160000)
                                   : rotary_of("sliding_attention", "local_rope_theta", 10000);
  architecture.context = fields.size("max_position_embeddings", 8192, 1, kMostPositions);
  const auto norm = [&](const std::string& name) { return layer_norm(name, epsilon, norm_bias); };

  const std::string base = weights.base("model.");
  StackConfig stack;
  stack.width = width;
  stack.embedding.tokens = base + "embeddings.tok_embeddings.weight";
  stack.embedding.width = width;
  stack.embedding.norm = norm(base + "embeddings.norm");
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "layers." + std::to_string(layer) + ".";
    BlockConfig block;
    AttentionConfig& attention = block.attention;
    attention = attention_of(sizes);
    attention.projections = {linear(name + "attn.Wqkv", width, 3 * width, attention_bias)};
    attention.query = HeadColumns::every(sizes.head_dim);
    attention.key = HeadColumns::every(sizes.head_dim, width);
    attention.value = HeadColumns::every(sizes.head_dim, 2 * width);
    attention.output = linear(name + "attn.Wo", width, width, attention_bias);
    const bool is_sliding = slides(fields, layer, layer % every != 0);
    attention.rotary = is_sliding ? sliding : full;
    if (is_sliding) attention.window_left = attention.window_right = side;
    if (layer > 0) block.around_attention.before = norm(name + "attn_norm");
    block.feed_forward = fused_gated_feed_forward(function, linear(name + "mlp.Wi", width, 2 * inner, mlp_bias),
                                                  linear(name + "mlp.Wo", inner, width, mlp_bias));
    block.around_feed_forward.before = norm(name + "mlp_norm");
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = norm(base + "final_norm");
  architecture.encoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_own_head(fields, weights, "head.", {"ForMaskedLM"})) {
    HeadConfig head = language_head(architecture, weights, "decoder", tied, fields.flag("decoder_bias", true));
    head.transforms = {{.linear = linear("head.dense", width, width, fields.flag("classifier_bias", false)),
                        .activation = activation(fields, "classifier_activation", "gelu"),
                        .norm = norm("head.norm")}};
    architecture.head = std::move(head);
  }
  return architecture;
}

}  // namespace heed::families
