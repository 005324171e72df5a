#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// ALBERT: groups of layers share weights; embeddings of another width are projected after their norm.
ArchitectureConfig albert(const Fields& fields, const Weights& weights) {
  fields.require_text("position_embedding_type", {"absolute"});
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoder);
  const Index width = fields.size("hidden_size", 4096);
  const Index embedding = fields.size("embedding_size", 128);
  const HeadSizes sizes = equal_heads(fields, "num_attention_heads", width);
  const Index layers = fields.size("num_hidden_layers", 12, 1, kMostLayers);
  const Index groups = fields.size("num_hidden_groups", 1, 1, layers);
  const Index inner = fields.size("intermediate_size", 16384);
  const double epsilon = fields.number("layer_norm_eps", 1e-12);
  const ActivationFunction function = activation(fields, "hidden_act", "gelu_new");
  if (fields.size("inner_group_num", 1) != 1) fields.refuse("inner_group_num", "only 1 is supported");
  architecture.context = fields.size("max_position_embeddings", 512, 1, kMostPositions);

  const std::string base = weights.base("albert.");
  const std::string embeddings = base + "embeddings.";
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = embeddings + "word_embeddings.weight",
                     .width = embedding,
                     .positions = learned_positions(embeddings + "position_embeddings.weight", architecture.context),
                     .token_types = embeddings + "token_type_embeddings.weight",
                     .types = fields.size("type_vocab_size", 2),
                     .norm = layer_norm(embeddings + "LayerNorm", epsilon),
                     .projection = linear(base + "encoder.embedding_hidden_mapping_in", embedding, width, true)};
  for (Index layer = 0; layer < layers; ++layer) {
    // In floating point, as transformers divides: of 18 layers in 14 groups the ninth is in the sixth, where 9 · 14 / 18 is 7.
    const auto group =
        static_cast<Index>(static_cast<double>(layer) / (static_cast<double>(layers) / static_cast<double>(groups)));
    const std::string name = base + "encoder.albert_layer_groups." + std::to_string(group) + ".albert_layers.0.";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "attention.query",
                                          .key = name + "attention.key",
                                          .value = name + "attention.value",
                                          .output = name + "attention.dense"});
    block.around_attention.after_sum = layer_norm(name + "attention.LayerNorm", epsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "ffn", width, inner, true),
                                            linear(name + "ffn_output", inner, width, true));
    block.around_feed_forward.after_sum = layer_norm(name + "full_layer_layer_norm", epsilon);
    stack.blocks.push_back(std::move(block));
  }
  architecture.encoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (has_own_head(fields, weights, "predictions.", {"ForMaskedLM", "ForPreTraining"}))
    architecture.head = masked_head(architecture, weights,
                                    {.dense = "predictions.dense",
                                     .norm = "predictions.LayerNorm",
                                     .output = "predictions.decoder",
                                     .output_bias = "predictions.bias",
                                     .function = function,
                                     .epsilon = epsilon,
                                     .hidden_width = embedding,
                                     .tied = tied});
  return architecture;
}

}  // namespace heed::families
