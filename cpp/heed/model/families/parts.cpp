#include "heed/model/families/parts.h"

#include <algorithm>
#include <cmath>

namespace heed::families {

LinearConfig linear(const std::string& name, Index inputs, Index outputs, bool has_bias) {
  return {.weight = name + ".weight", .bias = has_bias ? name + ".bias" : "", .inputs = inputs, .outputs = outputs};
}

NormConfig layer_norm(const std::string& name, double epsilon, bool has_bias) {
  return {.kind = NormConfig::Kind::kLayer,
          .epsilon = epsilon,
          .weight = name + ".weight",
          .bias = has_bias ? name + ".bias" : ""};
}

NormConfig rms_norm(const std::string& name, double epsilon, bool gain_adds_one) {
  return {
      .kind = NormConfig::Kind::kRms, .epsilon = epsilon, .weight = name + ".weight", .gain_adds_one = gain_adds_one};
}

ActivationFunction activation(const Fields& fields, std::string_view field, std::string_view absent) {
  const std::string name = fields.text(field, std::string(absent));
  const std::optional<ActivationFunction> function = activation_function(name);
  if (!function) fields.refuse(field, "this activation function is not supported");
  return *function;
}

HeadSizes equal_heads(const Fields& fields, std::string_view heads, Index width) {
  HeadSizes sizes;
  sizes.heads = sizes.key_value_heads = fields.size(heads, {}, 1, kMostHeads);
  if (width % sizes.heads != 0) fields.refuse(heads, message({"it must divide the width ", width}));
  sizes.head_dim = width / sizes.heads;
  return sizes;
}

HeadSizes grouped_heads(const Fields& fields, Index width, Index key_value_heads, Index head_dim) {
  HeadSizes sizes;
  sizes.heads = fields.size("num_attention_heads", {}, 1, kMostHeads);
  const Index absent = key_value_heads == 0 || fields.is_null("num_key_value_heads") ? sizes.heads : key_value_heads;
  sizes.key_value_heads = fields.size("num_key_value_heads", absent, 1, kMostHeads);
  if (sizes.heads % sizes.key_value_heads != 0)
    fields.refuse("num_key_value_heads", message({"it must divide num_attention_heads ", sizes.heads}));
  const bool divides = !fields.has("head_dim") && head_dim == 0;
  if (divides && width % sizes.heads != 0)
    fields.refuse("num_attention_heads", message({"it must divide the width ", width}));
  sizes.head_dim = fields.size("head_dim", head_dim == 0 ? width / sizes.heads : head_dim, 1, Index{1} << 16);
  return sizes;
}

AttentionConfig attention_of(const HeadSizes& sizes) {
  AttentionConfig attention;
  attention.heads = sizes.heads;
  attention.key_value_heads = sizes.key_value_heads;
  attention.head_dim = attention.value_dim = sizes.head_dim;
  attention.scale = 1 / std::sqrt(static_cast<double>(sizes.head_dim));
  return attention;
}

AttentionConfig separate_attention(const HeadSizes& sizes, Index width, const ProjectionNames& names) {
  const Index columns = sizes.columns();
  const Index kv_columns = sizes.key_value_columns();
  AttentionConfig attention = attention_of(sizes);
  attention.projections = {linear(names.query, width, columns, names.query_key_value_bias),
                           linear(names.key, width, kv_columns, names.query_key_value_bias),
                           linear(names.value, width, kv_columns, names.query_key_value_bias)};
  attention.query = HeadColumns::every(sizes.head_dim);
  attention.key = HeadColumns::every(sizes.head_dim, columns);
  attention.value = HeadColumns::every(sizes.head_dim, columns + kv_columns);
  attention.output = linear(names.output, columns, width, names.output_bias);
  return attention;
}

void make_cross(AttentionConfig& attention, Index memory_width) {
  attention.causal = false;
  for (std::size_t i : {1U, 2U}) {
    attention.memory_projections.push_back(attention.projections[i]);
    attention.memory_projections.back().inputs = memory_width;
  }
  attention.projections.resize(1);
  const Index columns = attention.query.group_step * attention.heads;
  attention.key.first -= columns;
  attention.value.first -= columns;
}

FeedForwardConfig plain_feed_forward(ActivationFunction function, const LinearConfig& in, const LinearConfig& out) {
  return {.activation = function, .width = in.outputs, .inputs = {in}, .output = out};
}

FeedForwardConfig gated_feed_forward(ActivationFunction function, const LinearConfig& gate, const LinearConfig& up,
                                     const LinearConfig& out) {
  return {.activation = function,
          .width = gate.outputs,
          .inputs = {gate, up},
          .gated = true,
          .up_first = gate.outputs,
          .output = out};
}

FeedForwardConfig fused_gated_feed_forward(ActivationFunction function, const LinearConfig& gate_and_up,
                                           const LinearConfig& out) {
  const Index width = gate_and_up.outputs / 2;
  return {
      .activation = function, .width = width, .inputs = {gate_and_up}, .gated = true, .up_first = width, .output = out};
}

std::string class_of(const Fields& fields) {
  const std::vector<std::string> classes = fields.texts("architectures");
  return classes.empty() ? "" : classes.front();
}

bool has_head(const Fields& fields, const Weights& weights, std::string_view head_tensor, bool is_tied,
              std::initializer_list<std::string_view> endings) {
  const std::string name = class_of(fields);
  if (name.empty()) return is_tied || weights.has(head_tensor);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

bool has_own_head(const Fields& fields, const Weights& weights, std::string_view head,
                  std::initializer_list<std::string_view> endings) {
  if (weights.base(head).empty()) return false;
  const std::string name = class_of(fields);
  return name.empty() || std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_tied(const Fields& fields, bool absent) { return fields.flag("tie_word_embeddings", absent); }

ArchitectureConfig start(const Fields& fields, ModelKind kind) {
  ArchitectureConfig architecture;
  architecture.family = fields.text("model_type");
  architecture.architecture = class_of(fields);
  architecture.kind = kind;
  if (kind != ModelKind::kImage) architecture.vocabulary = fields.size("vocab_size");
  // Some configurations mark an absent token by −1.
  for (const Index token : fields.sizes("eos_token_id", -1))
    if (token >= 0) architecture.end_tokens.push_back(token);
  const Index padding = fields.size("pad_token_id", -1, -1);
  if (padding >= 0) architecture.padding_token = padding;
  const Index first = fields.size("decoder_start_token_id", -1, -1);
  if (first >= 0) architecture.decoder_start_token = first;
  return architecture;
}

std::string tied_table(const Weights& weights, const std::string& own, const std::string& shared) {
  const StoredTensor* separate = weights.find(own);
  const StoredTensor* common = weights.find(shared);
  if (separate == nullptr) return shared;
  const bool are_equal = common != nullptr && separate->type == common->type && separate->shape == common->shape &&
                         std::ranges::equal(separate->bytes, common->bytes);
  return are_equal ? shared : own;
}

std::string shared_table(const Weights& weights, const std::string& base) {
  return base + (weights.has(base + "shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight");
}

HeadConfig language_head(ArchitectureConfig& architecture, const Weights& weights, const std::string& name,
                         bool is_tied, bool has_bias) {
  StackConfig& stack = architecture.decoder ? *architecture.decoder : *architecture.encoder;
  HeadConfig head;
  head.output = linear(name, stack.output_width(), architecture.vocabulary, has_bias);
  if (is_tied) head.output.weight = tied_table(weights, head.output.weight, stack.embedding.tokens);
  if (is_tied && !weights.has(stack.embedding.tokens)) stack.embedding.tokens = head.output.weight;
  if (head.output.weight == stack.embedding.tokens) head.output.inputs = stack.embedding.width;
  return head;
}

PositionTableConfig learned_positions(const std::string& table, Index rows, Index offset) {
  return {.kind = PositionTableConfig::Kind::kLearned, .table = table, .rows = rows, .offset = offset};
}

}  // namespace heed::families
