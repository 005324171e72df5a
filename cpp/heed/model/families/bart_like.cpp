#include "heed/model/families/bart_like.h"

#include <cmath>

namespace heed::families {
namespace {

struct Sizes {
  Index width;
  Index context;
  ActivationFunction function;
  bool scales_embedding;
};

constexpr double kEpsilon = 1e-5;

AttentionConfig attention(const HeadSizes& sizes, Index width, const std::string& name) {
  return separate_attention(
      sizes, width,
      {.query = name + "q_proj", .key = name + "k_proj", .value = name + "v_proj", .output = name + "out_proj"});
}

StackConfig stack_of(const Fields& fields, const Sizes& sizes, const BartLike& choices, const std::string& tokens,
                     const std::string& base, const std::string& part) {
  const bool is_decoder = part == "decoder";
  const HeadSizes heads = equal_heads(fields, part + "_attention_heads", sizes.width);
  const Index inner = fields.size(part + "_ffn_dim", 4096);
  const Index layers = fields.size(part + "_layers", 12, 1, kMostLayers);
  StackConfig stack;
  stack.width = sizes.width;
  stack.embedding = {.tokens = tokens, .width = sizes.width};
  if (sizes.scales_embedding) stack.embedding.scale = std::sqrt(static_cast<double>(sizes.width));
  stack.embedding.positions = learned_positions(base + "embed_positions.weight", sizes.context + 2, 2);
  if (choices.sinusoidal) stack.embedding.positions = {.kind = PositionTableConfig::Kind::kSinusoidal};
  if (choices.has_embedding_norm) stack.embedding.norm = layer_norm(base + "layernorm_embedding", kEpsilon);
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "layers." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = attention(heads, sizes.width, name + "self_attn.");
    block.attention.causal = is_decoder;
    block.around_attention.after_sum = layer_norm(name + "self_attn_layer_norm", kEpsilon);
    if (is_decoder) {
      block.cross_attention = attention(heads, sizes.width, name + "encoder_attn.");
      make_cross(*block.cross_attention, sizes.width);
      block.around_cross_attention.after_sum = layer_norm(name + "encoder_attn_layer_norm", kEpsilon);
    }
    block.feed_forward = plain_feed_forward(sizes.function, linear(name + "fc1", sizes.width, inner, true),
                                            linear(name + "fc2", inner, sizes.width, true));
    block.around_feed_forward.after_sum = layer_norm(name + "final_layer_norm", kEpsilon);
    stack.blocks.push_back(std::move(block));
  }
  return stack;
}

}  // namespace

ArchitectureConfig bart_like(const Fields& fields, const Weights& weights, const BartLike& choices) {
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoderDecoder);
  const Sizes sizes{.width = fields.size("d_model", 1024),
                    .context = fields.size("max_position_embeddings", 1024, 1, kMostPositions),
                    .function = activation(fields, "activation_function", "gelu"),
                    .scales_embedding = fields.flag("scale_embedding", false)};
  architecture.context = sizes.context;
  const std::string base = weights.base("model.");
  const auto stack = [&](const std::string& side) {
    const std::string inside = base + side + ".";
    const std::string tokens = tied_table(weights, inside + "embed_tokens.weight", shared_table(weights, base));
    return stack_of(fields, sizes, choices, tokens, inside, side.c_str());
  };
  architecture.encoder = stack("encoder");
  architecture.decoder = stack("decoder");
  const bool tied = is_tied(fields, true);
  if (has_head(fields, weights, "final_logits_bias", false, {"ForConditionalGeneration", "MTModel"})) {
    architecture.head = language_head(architecture, weights, "lm_head", tied);
    if (weights.has("final_logits_bias")) architecture.head->output_bias = "final_logits_bias";
  }
  return architecture;
}

}  // namespace heed::families
