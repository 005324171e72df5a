#pragma once

#include "heed/model/families/parts.h"

namespace heed::families {

/// What relatives of BERT choose.
struct BertLike {
  std::string base = {};      ///< prefix of the names: "bert."
  Index embedding_width = 0;  ///< of the tables
  double epsilon = 1e-12;
  ActivationFunction function = ActivationFunction::kGelu;
  bool has_types = true;
};

/// An encoder with a norm after each sum, learned positions and token types, named as BERT's.
[[nodiscard]] ArchitectureConfig bert_like(const Fields& fields, const BertLike& choices);

/// The choices of a BERT-like configuration.
[[nodiscard]] BertLike bert_choices(const Fields& fields, const Weights& weights, std::string_view base);

/// Counts positions over what is not padding, from the padding token's id + 1, as many as the table has rows for.
void count_without_padding(const Fields& fields, ArchitectureConfig& architecture);

/// Logits of every position through a dense layer, an activation and a norm, then the table of tokens or a matrix of its own.
struct MaskedHead {
  std::string dense = {};
  std::string norm = {};
  std::string output = {};       ///< a matrix of its own, where not tied
  std::string output_bias = {};  ///< a vector
  ActivationFunction function = ActivationFunction::kGelu;
  double epsilon = 1e-12;
  Index hidden_width = 0;  ///< of the dense layer's result; 0: the model's
  bool tied = true;
};
[[nodiscard]] HeadConfig masked_head(ArchitectureConfig& architecture, const Weights& weights, const MaskedHead& head);

/// The one of RoBERTa, which MPNet has too.
[[nodiscard]] HeadConfig roberta_head(ArchitectureConfig& architecture, const Fields& fields, const Weights& weights,
                                      double epsilon);

/// Classes of the first position, through a dense layer and an activation.
[[nodiscard]] HeadConfig classification_head(const ArchitectureConfig& architecture, const std::string& dense,
                                             ActivationFunction function, const std::string& output,
                                             const Weights& weights);

}  // namespace heed::families
