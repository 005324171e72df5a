#include <cmath>

#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {
namespace {

struct T5Sizes {
  Index width;
  HeadSizes heads;
  Index inner;
  double epsilon;
  ActivationFunction function;
  bool gated;
  RelativeBiasConfig bias;
};

/// relu, gated-gelu, gated-silu: "gated-gelu" stands for the tanh form, other names for themselves.
void read_feed_forward(const Fields& fields, const char* absent, T5Sizes& sizes) {
  const std::string text = fields.text("feed_forward_proj", absent);
  sizes.gated = text.starts_with("gated-");
  const std::string name = text == "gated-gelu" ? "gelu_new" : sizes.gated ? text.substr(6) : text;
  const std::optional<ActivationFunction> function = activation_function(name);
  if (!function) fields.refuse("feed_forward_proj", "this activation function is not supported");
  sizes.function = *function;
}

AttentionConfig attention(const T5Sizes& sizes, const std::string& name) {
  AttentionConfig attention = separate_attention(sizes.heads, sizes.width,
                                                 {.query = name + "q",
                                                  .key = name + "k",
                                                  .value = name + "v",
                                                  .output = name + "o",
                                                  .query_key_value_bias = false,
                                                  .output_bias = false});
  attention.scale = 1;
  return attention;
}

FeedForwardConfig feed_forward(const T5Sizes& sizes, const std::string& name) {
  const auto in = [&](const char* part) { return linear(name + part, sizes.width, sizes.inner, false); };
  const LinearConfig out = linear(name + "wo", sizes.inner, sizes.width, false);
  return sizes.gated ? gated_feed_forward(sizes.function, in("wi_0"), in("wi_1"), out)
                     : plain_feed_forward(sizes.function, in("wi"), out);
}

StackConfig stack_of(const T5Sizes& sizes, const std::string& tokens, const std::string& base, Index layers,
                     bool is_decoder) {
  StackConfig stack;
  stack.width = sizes.width;
  stack.embedding = {.tokens = tokens, .width = sizes.width};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "block." + std::to_string(layer) + ".layer.";
    const auto norm = [&](int part) { return rms_norm(name + std::to_string(part) + ".layer_norm", sizes.epsilon); };
    BlockConfig block;
    block.attention = attention(sizes, name + "0.SelfAttention.");
    block.attention.causal = is_decoder;
    block.attention.relative_bias = sizes.bias;  // of layer 0, used by all
    block.attention.relative_bias->table = base + "block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    block.attention.relative_bias->bidirectional = !is_decoder;
    block.around_attention.before = norm(0);
    if (is_decoder) {
      block.cross_attention = attention(sizes, name + "1.EncDecAttention.");
      make_cross(*block.cross_attention, sizes.width);
      block.around_cross_attention.before = norm(1);
    }
    const int last = is_decoder ? 2 : 1;
    block.feed_forward = feed_forward(sizes, name + std::to_string(last) + ".DenseReluDense.");
    block.around_feed_forward.before = norm(last);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = rms_norm(base + "final_layer_norm", sizes.epsilon);
  return stack;
}

}  // namespace

/// T5, T5 v1.1, FLAN-T5, and mT5, which differs where the configuration does not say.
ArchitectureConfig t5(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kEncoderDecoder);
  const bool is_mt5 = architecture.family == "mt5";
  T5Sizes sizes{.width = fields.size("d_model", 512),
                .heads = {},
                .inner = fields.size("d_ff", is_mt5 ? 1024 : 2048),
                .epsilon = fields.number("layer_norm_epsilon", 1e-6),
                .function = {},
                .gated = false,
                .bias = {}};
  sizes.heads.heads = sizes.heads.key_value_heads = fields.size("num_heads", is_mt5 ? 6 : 8, 1, kMostHeads);
  sizes.heads.head_dim = fields.size("d_kv", 64, 1, Index{1} << 16);
  sizes.bias.buckets = fields.size("relative_attention_num_buckets", 32, 4, Index{1} << 16);
  sizes.bias.max_distance = fields.size("relative_attention_max_distance", 128);
  if (sizes.bias.max_distance <= sizes.bias.buckets / 2)
    fields.refuse("relative_attention_max_distance",
                  message({"it must be above half of the ", sizes.bias.buckets, " buckets"}));
  read_feed_forward(fields, is_mt5 ? "gated-gelu" : "relu", sizes);
  const Index layers = fields.size("num_layers", is_mt5 ? 8 : 6, 1, kMostLayers);
  const auto stack = [&](const std::string& base, Index count, bool is_decoder) {
    const std::string tokens = tied_table(weights, base + "embed_tokens.weight", shared_table(weights, ""));
    return stack_of(sizes, tokens, base, count, is_decoder);
  };
  architecture.encoder = stack("encoder.", layers, false);
  if (class_of(fields).ends_with("EncoderModel")) {
    architecture.kind = ModelKind::kEncoder;
    return architecture;
  }
  architecture.decoder = stack("decoder.", fields.size("num_decoder_layers", layers, 1, kMostLayers), true);
  if (!architecture.decoder_start_token) architecture.decoder_start_token = architecture.padding_token.value_or(0);
  // Written since transformers 5; before, logits are scaled where embeddings are tied.
  const bool tied = is_tied(fields, !is_mt5);
  const bool scaled = fields.flag("scale_decoder_outputs", tied);
  if (has_head(fields, weights, "lm_head.weight", true, {"ForConditionalGeneration", "WithLMHeadModel"})) {
    architecture.head = language_head(architecture, weights, "lm_head", tied || !weights.has("lm_head.weight"));
    if (scaled) architecture.head->input_scale = 1 / std::sqrt(static_cast<double>(sizes.width));
  }
  return architecture;
}

}  // namespace heed::families
