#pragma once

#include <string>
#include <string_view>

#include "heed/model/architecture/architecture_config.h"
#include "heed/model/architecture/fields.h"
#include "heed/model/architecture/weights.h"

// What many families share.

namespace heed::families {

constexpr Index kMostLayers = 1024;
constexpr Index kMostHeads = 4096;
constexpr Index kMostPositions = Index{1} << 26;

/// NAME.weight, and NAME.bias where it has one.
[[nodiscard]] LinearConfig linear(const std::string& name, Index inputs, Index outputs, bool has_bias);
[[nodiscard]] NormConfig layer_norm(const std::string& name, double epsilon, bool has_bias = true);
[[nodiscard]] NormConfig rms_norm(const std::string& name, double epsilon, bool gain_adds_one = false);

/// The activation function that a field names.
[[nodiscard]] ActivationFunction activation(const Fields& fields, std::string_view field, std::string_view absent);

/// Heads, key/value heads and the size of a head.
struct HeadSizes {
  Index heads = 0;
  Index key_value_heads = 0;
  Index head_dim = 0;

  [[nodiscard]] Index columns() const { return heads * head_dim; }
  [[nodiscard]] Index key_value_columns() const { return key_value_heads * head_dim; }
};

/// Refuses heads that do not divide the width.
[[nodiscard]] HeadSizes equal_heads(const Fields& fields, std::string_view heads, Index width);

/// Refuses heads that are not a multiple of the key/value heads, and, where there is no `head_dim`, that do not divide the
/// width. The numbers are for absent fields; 0: as many as heads, and the width over the heads.
[[nodiscard]] HeadSizes grouped_heads(const Fields& fields, Index width, Index key_value_heads = 0, Index head_dim = 0);

/// Attention with the sizes and the usual scale 1/√dim, still without projections.
[[nodiscard]] AttentionConfig attention_of(const HeadSizes& sizes);

/// Names of the projections of queries, keys, values and of the heads' outputs, and which have a bias.
struct ProjectionNames {
  std::string query = {};
  std::string key = {};
  std::string value = {};
  std::string output = {};
  bool query_key_value_bias = true;
  bool output_bias = true;
};
/// Attention whose projections are matrices of their own.
[[nodiscard]] AttentionConfig separate_attention(const HeadSizes& sizes, Index width, const ProjectionNames& names);

/// Makes it attend to the output of an encoder of that width: keys and values come from there.
void make_cross(AttentionConfig& attention, Index memory_width);

/// y = W_out f(W_in x)
[[nodiscard]] FeedForwardConfig plain_feed_forward(ActivationFunction function, const LinearConfig& in,
                                                   const LinearConfig& out);
/// y = W_out (f(W_gate x) · W_up x)
[[nodiscard]] FeedForwardConfig gated_feed_forward(ActivationFunction function, const LinearConfig& gate,
                                                   const LinearConfig& up, const LinearConfig& out);
/// The same where one matrix has the rows of the gate and then those of `up`.
[[nodiscard]] FeedForwardConfig fused_gated_feed_forward(ActivationFunction function, const LinearConfig& gate_and_up,
                                                         const LinearConfig& out);

/// The class that the checkpoint was saved from; empty where the configuration has none.
[[nodiscard]] std::string class_of(const Fields& fields);

/// Whether that class has a head for language: its name ends as one of `endings`, or there is no name and the head's tensor is
/// there or tied.
[[nodiscard]] bool has_head(const Fields& fields, const Weights& weights, std::string_view head_tensor, bool is_tied,
                            std::initializer_list<std::string_view> endings);

/// The same of an encoder, whose head has tensors of its own. Sentence encoders are often saved with the class that they were
/// trained from and without its head: where no tensor's name begins with `head`, there is none.
[[nodiscard]] bool has_own_head(const Fields& fields, const Weights& weights, std::string_view head,
                                std::initializer_list<std::string_view> endings);

/// Whether logits come from the table of tokens; `absent` is the family's default.
[[nodiscard]] bool is_tied(const Fields& fields, bool absent);

/// Family, class, and the tokens that begin, end and fill texts.
[[nodiscard]] ArchitectureConfig start(const Fields& fields, ModelKind kind);

/// The table that the name `own` stands for where it is tied to `shared`: that one, unless the files have other numbers by the own
/// name, or nothing by the shared one. As transformers 5 ties weights.
[[nodiscard]] std::string tied_table(const Weights& weights, const std::string& own, const std::string& shared);

/// The table that encoders and decoders share, as far as tied_table() says: `base` shared.weight, or the encoder's where there is none.
[[nodiscard]] std::string shared_table(const Weights& weights, const std::string& base);

/// Logits of every position. Tied: from the table of tokens, as tied_table() says, else from NAME.weight. Where only the latter is
/// there, the table of tokens becomes it.
[[nodiscard]] HeadConfig language_head(ArchitectureConfig& architecture, const Weights& weights,
                                       const std::string& name, bool is_tied, bool has_bias = false);

[[nodiscard]] PositionTableConfig learned_positions(const std::string& table, Index rows, Index offset = 0);

}  // namespace heed::families
