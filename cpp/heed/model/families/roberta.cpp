#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// RoBERTa and XLM-RoBERTa: positions count from the padding token's id + 1 over what is not padding.
ArchitectureConfig roberta(const Fields& fields, const Weights& weights) {
  const BertLike choices = bert_choices(fields, weights, "roberta.");
  ArchitectureConfig architecture = bert_like(fields, choices);
  if (!architecture.padding_token) architecture.padding_token = 1;
  count_without_padding(fields, architecture);
  if (class_of(fields).ends_with("ForSequenceClassification")) {
    architecture.head = classification_head(architecture, "classifier.dense", ActivationFunction::kTanh,
                                            "classifier.out_proj", weights);
  } else if (has_own_head(fields, weights, "lm_head.", {"ForMaskedLM"})) {
    architecture.head = roberta_head(architecture, fields, weights, choices.epsilon);
  }
  return architecture;
}

}  // namespace heed::families
