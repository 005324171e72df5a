#pragma once

#include "js_values.h"

/// The functions that JavaScript calls: stateless, JavaScript values in and out. Whatever the core throws becomes a
/// JavaScript Error with the same message (a RangeError where memory does not suffice).
namespace heed::js {

EMSCRIPTEN_DECLARE_VAL_TYPE(AttentionInputs)
EMSCRIPTEN_DECLARE_VAL_TYPE(AttentionOptionsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(WeightsInputs)
EMSCRIPTEN_DECLARE_VAL_TYPE(WeightsBlockArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(MultiHeadInputs)
EMSCRIPTEN_DECLARE_VAL_TYPE(NotebookOptionsArgument)

struct AttentionResultObject {
  TensorResult output;
  TensorResult log_sum_exp;
  TensorResult entropy;
  TensorResult visible_keys;
  std::optional<TensorResult> weights;
  std::optional<TensorResult> logits;
};

struct MultiHeadResultObject {
  TensorResult output;
  AttentionResultObject attention;
};

struct NotebookObject {
  TensorResult x;
  TensorResult w_query;
  TensorResult w_key;
  TensorResult w_value;
  TensorResult w_output;
  TensorResult query;
  TensorResult key;
  TensorResult value;
};

struct StatisticsObject {
  double mean;
  double largest;
  double smallest;
  double mean_entropy;
};

AttentionResultObject attention(const AttentionInputs& inputs, const AttentionOptionsArgument& options);
TensorResult attention_weights(const WeightsInputs& inputs, const WeightsBlockArgument& block,
                               const AttentionOptionsArgument& options);
MultiHeadResultObject multi_head_attention(const MultiHeadInputs& inputs, const AttentionOptionsArgument& options);
NotebookObject make_notebook(const NotebookOptionsArgument& options);
TensorResult normalised_entropy(const TensorArgument& entropy, const TensorArgument& visible_keys);
StatisticsObject weight_statistics(const TensorArgument& weights, const TensorArgument& entropy);

}  // namespace heed::js
