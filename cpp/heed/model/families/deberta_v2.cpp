#include <algorithm>
#include <cmath>

#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {
namespace {

/// "c2p" and "p2c": a list, or one text with | between them.
bool has_term(const Fields& fields, std::string_view term) {
  const FieldValue* field = fields.find("pos_att_type");
  if (field == nullptr) return false;
  if (std::holds_alternative<std::string>(field->value))
    return fields.text("pos_att_type").find(term) != std::string::npos;
  return std::ranges::count(fields.texts("pos_att_type"), term) > 0;
}

/// Disentangled attention of one layer.
void add_positions(const Fields& fields, const std::string& base, const std::string& name, Index width, double epsilon,
                   AttentionConfig& attention) {
  const std::string inside = name + "attention.self.";
  const bool shares = fields.flag("share_att_key", false);
  const Index positions = fields.size("max_position_embeddings", 512, 1, kMostPositions);
  const Index most = fields.size("max_relative_positions", -1, -1, kMostPositions);
  const Index buckets = fields.size("position_buckets", -1, -1, Index{1} << 20);
  DisentangledConfig config;
  config.table = base + "encoder.rel_embeddings.weight";
  config.max_distance = most < 1 ? positions : most;
  config.buckets = std::max<Index>(buckets, 0);
  config.span = buckets > 0 ? buckets : config.max_distance;
  if (config.buckets > 0 && (config.buckets < 4 || config.max_distance - 1 <= config.buckets / 2))
    fields.refuse("position_buckets",
                  message({"it must be from 4 to twice the largest distance ", config.max_distance}));
  const std::string norms = fields.text("norm_rel_ebd", "none");
  if (norms.find("layer_norm") != std::string::npos) config.norm = layer_norm(base + "encoder.LayerNorm", epsilon);
  const auto projection = [&](const char* shared, const char* own) {
    return linear(inside + (shares ? shared : own), width, width, true);
  };
  if (has_term(fields, "c2p")) config.position_key = projection("key_proj", "pos_key_proj");
  if (has_term(fields, "p2c")) config.position_query = projection("query_proj", "pos_query_proj");
  attention.disentangled = std::move(config);
}

}  // namespace

/// DeBERTa v2 and v3.
ArchitectureConfig deberta_v2(const Fields& fields, const Weights& weights) {
  BertLike choices = bert_choices(fields, weights, "deberta.");
  choices.epsilon = fields.number("layer_norm_eps", 1e-7);
  choices.embedding_width = fields.size("embedding_size", choices.embedding_width);
  choices.has_types = fields.size("type_vocab_size", 0, 0) > 0;
  if (fields.size("conv_kernel_size", 0, 0) != 0) fields.refuse("conv_kernel_size", "convolutions are not supported");
  ArchitectureConfig architecture = bert_like(fields, choices);
  StackConfig& stack = *architecture.encoder;
  const Index width = stack.width;
  if (fields.has("attention_head_size") &&
      fields.size("attention_head_size") != stack.blocks.front().attention.head_dim)
    fields.refuse("attention_head_size",
                  message({"only the width over the heads is supported, ", stack.blocks.front().attention.head_dim}));
  if (!fields.flag("position_biased_input", true)) stack.embedding.positions = {};
  stack.embedding.hidden_tokens_are_zero = true;
  if (choices.embedding_width != width)
    fields.refuse("embedding_size", message({"only the width ", width, " is supported"}));
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = choices.base + "encoder.layer." + std::to_string(i) + ".";
    AttentionConfig& attention = stack.blocks[i].attention;
    attention = separate_attention({attention.heads, attention.heads, attention.head_dim}, width,
                                   {.query = name + "attention.self.query_proj",
                                    .key = name + "attention.self.key_proj",
                                    .value = name + "attention.self.value_proj",
                                    .output = name + "attention.output.dense"});
    attention.mask_hides_queries = true;
    // The scale counts the terms that are named, whether there are relative positions or not.
    const Index terms = 1 + (has_term(fields, "c2p") ? 1 : 0) + (has_term(fields, "p2c") ? 1 : 0);
    attention.scale = 1 / std::sqrt(static_cast<double>(attention.head_dim * terms));
    if (fields.flag("relative_attention", false))
      add_positions(fields, choices.base, name, width, choices.epsilon, attention);
  }
  const bool tied = is_tied(fields, true);
  const bool is_older = fields.flag("legacy", true);
  const std::string head = is_older ? "cls.predictions." : "lm_predictions.lm_head.";
  if (class_of(fields).ends_with("ForSequenceClassification")) {
    architecture.head = classification_head(architecture, "pooler.dense",
                                            activation(fields, "pooler_hidden_act", "gelu"), "classifier", weights);
  } else if (has_own_head(fields, weights, head, {"ForMaskedLM"})) {
    architecture.head = masked_head(architecture, weights,
                                    {.dense = head + (is_older ? "transform.dense" : "dense"),
                                     .norm = head + (is_older ? "transform.LayerNorm" : "LayerNorm"),
                                     .output = head + "decoder",
                                     .output_bias = head + "bias",
                                     .function = choices.function,
                                     .epsilon = choices.epsilon,
                                     .tied = tied || !is_older});
  }
  return architecture;
}

}  // namespace heed::families
