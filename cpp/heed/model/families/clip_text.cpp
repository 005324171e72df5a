#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {

/// CLIP's text model: causal, with a norm before each layer; hidden states end before the final norm.
ArchitectureConfig clip_text(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoder);
  const Index width = fields.size("hidden_size", 512);
  const HeadSizes sizes = equal_heads(fields, "num_attention_heads", width);
  const Index layers = fields.size("num_hidden_layers", 12, 1, kMostLayers);
  const Index inner = fields.size("intermediate_size", 2048);
  const double epsilon = fields.number("layer_norm_eps", 1e-5);
  const ActivationFunction function = activation(fields, "hidden_act", "quick_gelu");
  architecture.context = fields.size("max_position_embeddings", 77, 1, kMostPositions);

  const std::string base = weights.base("text_model.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {
      .tokens = base + "embeddings.token_embedding.weight",
      .width = width,
      .positions = learned_positions(base + "embeddings.position_embedding.weight", architecture.context)};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "encoder.layers." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "self_attn.q_proj",
                                          .key = name + "self_attn.k_proj",
                                          .value = name + "self_attn.v_proj",
                                          .output = name + "self_attn.out_proj"});
    block.attention.causal = true;
    block.around_attention.before = layer_norm(name + "layer_norm1", epsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.fc1", width, inner, true),
                                            linear(name + "mlp.fc2", inner, width, true));
    block.around_feed_forward.before = layer_norm(name + "layer_norm2", epsilon);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "final_layer_norm", epsilon);
  stack.hidden_states_end_with_norm = false;
  architecture.encoder = std::move(stack);
  return architecture;
}

}  // namespace heed::families
