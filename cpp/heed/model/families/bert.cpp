#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// BERT and sentence encoders saved as it.
ArchitectureConfig bert(const Fields& fields, const Weights& weights) {
  const BertLike choices = bert_choices(fields, weights, "bert.");
  ArchitectureConfig architecture = bert_like(fields, choices);
  const bool tied = is_tied(fields, true);
  const std::string head = "cls.predictions.";
  if (class_of(fields).ends_with("ForSequenceClassification")) {
    architecture.head = classification_head(architecture, choices.base + "pooler.dense", ActivationFunction::kTanh,
                                            "classifier", weights);
  } else if (has_own_head(fields, weights, head, {"ForMaskedLM", "ForPreTraining"})) {
    architecture.head = masked_head(architecture, weights,
                                    {.dense = head + "transform.dense",
                                     .norm = head + "transform.LayerNorm",
                                     .output = head + "decoder",
                                     .output_bias = head + "bias",
                                     .function = choices.function,
                                     .epsilon = choices.epsilon,
                                     .tied = tied});
  }
  return architecture;
}

}  // namespace heed::families
