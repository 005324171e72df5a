#include "heed/model/families/llama_like.h"

#include "heed/model/architecture/rotary_config.h"

namespace heed::families {

NormConfig llama_norm(const std::string& name, const Fields& fields) {
  return rms_norm(name, fields.number("rms_norm_eps", 1e-6));
}

ArchitectureConfig llama_like(const Fields& fields, const Weights& weights, const LlamaLike& choices) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size("hidden_size");
  const HeadSizes sizes = grouped_heads(fields, width, choices.key_value_heads, choices.head_dim);
  const Index layers = fields.size("num_hidden_layers", {}, 1, kMostLayers);
  const Index inner = fields.size("intermediate_size");
  architecture.context = fields.size("max_position_embeddings", 2048, 1, kMostPositions);
  const auto norm = choices.norm == nullptr ? llama_norm : choices.norm;
  const RotaryConfig rotary =
      rotary_config(fields, {.head_dim = sizes.head_dim, .theta = choices.theta, .partial = choices.partial_rotary});

  const std::string base = weights.base("model.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "embed_tokens.weight", .width = width};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "layers." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = name + "self_attn.q_proj",
                                          .key = name + "self_attn.k_proj",
                                          .value = name + "self_attn.v_proj",
                                          .output = name + "self_attn.o_proj",
                                          .query_key_value_bias = choices.query_key_value_bias,
                                          .output_bias = choices.output_bias});
    block.attention.causal = true;
    block.attention.rotary = rotary;
    block.around_attention.before = norm(name + "input_layernorm", fields);
    block.feed_forward =
        gated_feed_forward(choices.function, linear(name + "mlp.gate_proj", width, inner, choices.feed_forward_bias),
                           linear(name + "mlp.up_proj", width, inner, choices.feed_forward_bias),
                           linear(name + "mlp.down_proj", inner, width, choices.feed_forward_bias));
    block.around_feed_forward.before = norm(name + "post_attention_layernorm", fields);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = norm(base + "norm", fields);
  architecture.decoder = std::move(stack);
  const bool tied = is_tied(fields, choices.tied);
  if (has_head(fields, weights, "lm_head.weight", tied, {"ForCausalLM"}))
    architecture.head = language_head(architecture, weights, "lm_head", tied);
  return architecture;
}

bool slides(const Fields& fields, Index layer, bool otherwise) {
  const std::vector<std::string> types = fields.texts("layer_types");
  if (types.empty()) return otherwise;
  const auto index = static_cast<std::size_t>(layer);
  if (index >= types.size()) fields.refuse("layer_types", message({"it says nothing of layer ", layer}));
  if (types[index] != "full_attention" && types[index] != "sliding_attention")
    fields.refuse("layer_types", message({"it says ", types[index], " of layer ", layer,
                                          "; supported: full_attention, sliding_attention"}));
  return types[index] == "sliding_attention";
}

void set_upper_windows(const Fields& fields, StackConfig& stack) {
  const bool uses_window = fields.flag("use_sliding_window", false) && !fields.is_null("sliding_window");
  const Index first = fields.size("max_window_layers", 28, 0);
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const auto layer = static_cast<Index>(i);
    if (slides(fields, layer, uses_window && layer >= first) && uses_window)
      set_window(stack.blocks[i].attention, fields.size("sliding_window", 4096));
  }
}

void set_head_norms(StackConfig& stack, const Weights& weights,
                    NormConfig (*norm)(const std::string& name, const Fields& fields), const Fields& fields,
                    HeadNormConfig::Scope scope) {
  const std::string base = weights.base("model.");
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = base + "layers." + std::to_string(i) + ".self_attn.";
    stack.blocks[i].attention.query_norm = {norm(name + "q_norm", fields), scope};
    stack.blocks[i].attention.key_norm = {norm(name + "k_norm", fields), scope};
  }
}

void set_window(AttentionConfig& attention, Index window) { attention.window_left = window - 1; }

}  // namespace heed::families
