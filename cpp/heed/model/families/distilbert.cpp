#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// DistilBERT: BERT without token types, with names and fields of its own.
ArchitectureConfig distilbert(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoder);
  const Index width = fields.size(fields.name_of({"dim", "hidden_size"}), 768);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"n_heads", "num_attention_heads"}), width);
  const Index layers = fields.size(fields.name_of({"n_layers", "num_hidden_layers"}), 6, 1, kMostLayers);
  const Index inner = fields.size("hidden_dim", 4 * width);
  const ActivationFunction function = activation(fields, "activation", "gelu");
  constexpr double kEpsilon = 1e-12;
  architecture.context = fields.size("max_position_embeddings", 512, 1, kMostPositions);

  const std::string base = weights.base("distilbert.");
  const std::string embeddings = base + "embeddings.";
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = embeddings + "word_embeddings.weight",
                     .width = width,
                     .positions = learned_positions(embeddings + "position_embeddings.weight", architecture.context),
                     .norm = layer_norm(embeddings + "LayerNorm", kEpsilon)};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "transformer.layer." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "attention.q_lin",
                                          .key = name + "attention.k_lin",
                                          .value = name + "attention.v_lin",
                                          .output = name + "attention.out_lin"});
    block.around_attention.after_sum = layer_norm(name + "sa_layer_norm", kEpsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "ffn.lin1", width, inner, true),
                                            linear(name + "ffn.lin2", inner, width, true));
    block.around_feed_forward.after_sum = layer_norm(name + "output_layer_norm", kEpsilon);
    stack.blocks.push_back(std::move(block));
  }
  architecture.encoder = std::move(stack);
  const bool tied = is_tied(fields, true);
  if (class_of(fields).ends_with("ForSequenceClassification")) {
    architecture.head =
        classification_head(architecture, "pre_classifier", ActivationFunction::kRelu, "classifier", weights);
  } else if (has_own_head(fields, weights, "vocab_", {"ForMaskedLM"})) {
    architecture.head = masked_head(architecture, weights,
                                    {.dense = "vocab_transform",
                                     .norm = "vocab_layer_norm",
                                     .output = "vocab_projector",
                                     .output_bias = "vocab_projector.bias",
                                     .function = function,
                                     .epsilon = kEpsilon,
                                     .tied = tied});
  }
  return architecture;
}

}  // namespace heed::families
