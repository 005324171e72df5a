#include "heed/model/families/families.h"
#include "heed/model/families/parts.h"

namespace heed::families {
namespace {

/// "global" or "local" of each layer: a list, or, as older files have it, a list of patterns and how often each is repeated.
std::vector<std::string> layer_types(const Fields& fields, Index layers) {
  std::vector<std::string> types = fields.texts("attention_layers");
  const FieldValue* patterns = fields.find("attention_types");
  if (types.empty() && patterns != nullptr) {
    const auto* list = std::get_if<FieldValue::List>(&patterns->value);
    if (list == nullptr) fields.refuse("attention_types", "it must be a list of patterns");
    for (const FieldValue& each : *list) {
      const auto* pair = std::get_if<FieldValue::List>(&each.value);
      const auto* pattern =
          pair == nullptr || pair->size() != 2 ? nullptr : std::get_if<FieldValue::List>(&pair->front().value);
      const auto* times = pattern == nullptr ? nullptr : std::get_if<std::int64_t>(&pair->back().value);
      if (times == nullptr || *times < 0 || *times > kMostLayers)
        fields.refuse("attention_types", "each of its parts must be a pattern and how often it is repeated");
      for (std::int64_t time = 0; time < *times && types.size() <= static_cast<std::size_t>(layers); ++time)
        for (const FieldValue& type : *pattern)
          if (const auto* name = std::get_if<std::string>(&type.value)) types.push_back(*name);
    }
  }
  if (types.empty())  // as transformers: [[["global", "local"], 12]]
    for (Index layer = 0; layer < layers; ++layer) types.emplace_back(layer % 2 == 0 ? "global" : "local");
  if (static_cast<Index>(types.size()) != layers)
    fields.refuse(fields.name_of({"attention_layers", "attention_types"}),
                  message({"it says what ", static_cast<Index>(types.size()), " layers are; the model has ", layers}));
  for (const std::string& type : types)
    if (type != "global" && type != "local")
      fields.refuse(fields.name_of({"attention_layers", "attention_types"}),
                    message({"it has ", type, "; supported: global, local"}));
  return types;
}

}  // namespace

/// GPT-Neo: logits are not scaled; layers are global or see a window.
ArchitectureConfig gpt_neo(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kDecoder);
  const Index width = fields.size("hidden_size", 2048);
  const HeadSizes sizes = equal_heads(fields, fields.name_of({"num_heads", "num_attention_heads"}), width);
  const Index layers = fields.size(fields.name_of({"num_layers", "num_hidden_layers"}), 24, 1, kMostLayers);
  const Index inner = fields.size("intermediate_size", 4 * width);
  const Index window = fields.size("window_size", 256);
  const double epsilon = fields.number("layer_norm_epsilon", 1e-5);
  const ActivationFunction function = activation(fields, "activation_function", "gelu_new");
  const std::vector<std::string> types = layer_types(fields, layers);
  architecture.context = fields.size("max_position_embeddings", 2048, 1, kMostPositions);

  const std::string base = weights.base("transformer.");
  StackConfig stack;
  stack.width = width;
  stack.embedding = {.tokens = base + "wte.weight",
                     .width = width,
                     .positions = learned_positions(base + "wpe.weight", architecture.context)};
  for (Index layer = 0; layer < layers; ++layer) {
    const std::string name = base + "h." + std::to_string(layer) + ".";
    const std::string inside = name + "attn.attention.";
    BlockConfig block;
    block.attention = separate_attention(sizes, width,
                                         {.query = inside + "q_proj",
                                          .key = inside + "k_proj",
                                          .value = inside + "v_proj",
                                          .output = inside + "out_proj",
                                          .query_key_value_bias = false});
    block.attention.causal = true;
    block.attention.scale = 1;
    if (types[static_cast<std::size_t>(layer)] == "local") block.attention.window_left = window - 1;
    block.around_attention.before = layer_norm(name + "ln_1", epsilon);
    block.feed_forward = plain_feed_forward(function, linear(name + "mlp.c_fc", width, inner, true),
                                            linear(name + "mlp.c_proj", inner, width, true));
    block.around_feed_forward.before = layer_norm(name + "ln_2", epsilon);
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
