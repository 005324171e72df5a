#include "heed/model/families/bert_like.h"

namespace heed::families {

BertLike bert_choices(const Fields& fields, const Weights& weights, std::string_view base) {
  fields.require_text("position_embedding_type", {"absolute"});
  fields.require_flag("is_decoder", false, "this family is supported as an encoder");
  fields.require_flag("add_cross_attention", false, "cross-attention is not supported in this family");
  return {.base = weights.base(base),
          .embedding_width = fields.size("hidden_size"),
          .epsilon = fields.number("layer_norm_eps", 1e-12),
          .function = activation(fields, "hidden_act", "gelu")};
}

ArchitectureConfig bert_like(const Fields& fields, const BertLike& choices) {
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoder);
  const Index width = fields.size("hidden_size");
  const HeadSizes sizes = equal_heads(fields, "num_attention_heads", width);
  const Index layers = fields.size("num_hidden_layers", {}, 1, kMostLayers);
  const Index inner = fields.size("intermediate_size");
  architecture.context = fields.size("max_position_embeddings", 512, 1, kMostPositions);

  StackConfig stack;
  stack.width = width;
  const std::string embeddings = choices.base + "embeddings.";
  stack.embedding = {.tokens = embeddings + "word_embeddings.weight",
                     .width = choices.embedding_width,
                     .positions = learned_positions(embeddings + "position_embeddings.weight", architecture.context),
                     .norm = layer_norm(embeddings + "LayerNorm", choices.epsilon)};
  if (choices.has_types) {
    stack.embedding.token_types = embeddings + "token_type_embeddings.weight";
    stack.embedding.types = fields.size("type_vocab_size", 2);
  }
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = choices.base + "encoder.layer." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "attention.self.query",
                                          .key = name + "attention.self.key",
                                          .value = name + "attention.self.value",
                                          .output = name + "attention.output.dense"});
    block.around_attention.after_sum = layer_norm(name + "attention.output.LayerNorm", choices.epsilon);
    block.feed_forward = plain_feed_forward(choices.function, linear(name + "intermediate.dense", width, inner, true),
                                            linear(name + "output.dense", inner, width, true));
    block.around_feed_forward.after_sum = layer_norm(name + "output.LayerNorm", choices.epsilon);
    stack.blocks.push_back(std::move(block));
  }
  architecture.encoder = std::move(stack);
  return architecture;
}

void count_without_padding(const Fields& fields, ArchitectureConfig& architecture) {
  PositionTableConfig& positions = architecture.encoder->embedding.positions;
  const Index padding = architecture.padding_token.value_or(0);
  if (padding + 1 >= positions.rows)
    fields.refuse("max_position_embeddings", message({"it must be above the padding token's id + 1, ", padding + 1}));
  positions.counting = PositionCounting::kNotPadding;
  positions.offset = padding + 1;
  architecture.context = positions.rows - padding - 1;
}

HeadConfig masked_head(ArchitectureConfig& architecture, const Weights& weights, const MaskedHead& masked) {
  const StackConfig& stack = architecture.main_stack();
  const Index width = masked.hidden_width == 0 ? stack.width : masked.hidden_width;
  HeadConfig head = language_head(architecture, weights, masked.output, masked.tied);
  head.output.inputs = width;
  head.output_bias = masked.output_bias;
  head.transforms = {{.linear = linear(masked.dense, stack.width, width, true),
                      .activation = masked.function,
                      .norm = layer_norm(masked.norm, masked.epsilon)}};
  return head;
}

HeadConfig roberta_head(ArchitectureConfig& architecture, const Fields& fields, const Weights& weights,
                        double epsilon) {
  return masked_head(architecture, weights,
                     {.dense = "lm_head.dense",
                      .norm = "lm_head.layer_norm",
                      .output = "lm_head.decoder",
                      .output_bias = "lm_head.bias",
                      .epsilon = epsilon,
                      .tied = is_tied(fields, true)});
}

HeadConfig classification_head(const ArchitectureConfig& architecture, const std::string& dense,
                               ActivationFunction function, const std::string& output, const Weights& weights) {
  const Index width = architecture.main_stack().width;
  const StoredTensor& tensor = weights.get(output + ".weight");
  HeadConfig head;
  head.pooling = HeadConfig::Pooling::kFirst;
  head.transforms = {{.linear = linear(dense, width, width, true), .activation = function, .norm = {}}};
  head.output = linear(output, width, tensor.shape.empty() ? 0 : tensor.shape.front(), true);
  return head;
}

}  // namespace heed::families
