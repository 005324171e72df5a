#pragma once

#include <memory>

#include "heed/attention/long_head.h"
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
EMSCRIPTEN_DECLARE_VAL_TYPE(LongHeadInputs)
EMSCRIPTEN_DECLARE_VAL_TYPE(HandmadeOptionsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(MapRequestArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(RowsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(KnownCellsArgument)

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

struct RowsObject {
  TensorResult log_sum_exp;
  TensorResult entropy;
};

struct MapObject {
  TensorResult largest;
  TensorResult sum;
};

struct MarginsObject {
  TensorResult received;
  TensorResult given;
  TensorResult least_entropy;
  TensorResult most_entropy;
};

AttentionResultObject attention(const AttentionInputs& inputs, const AttentionOptionsArgument& options);
TensorResult attention_weights(const WeightsInputs& inputs, const WeightsBlockArgument& block,
                               const AttentionOptionsArgument& options);
MultiHeadResultObject multi_head_attention(const MultiHeadInputs& inputs, const AttentionOptionsArgument& options);
NotebookObject make_notebook(const NotebookOptionsArgument& options);
MarginsObject map_margins(const KnownCellsArgument& cells);

// LongHead is the one object with a state: it is freed when JavaScript no longer reaches it.
std::shared_ptr<LongHead> make_long_head(const LongHeadInputs& inputs, const AttentionOptionsArgument& options);
std::shared_ptr<LongHead> make_handmade_long_head(const HandmadeOptionsArgument& handmade,
                                                  const AttentionOptionsArgument& options);
double long_head_queries(const LongHead& head);
double long_head_keys(const LongHead& head);
RowsObject long_head_rows(LongHead& head, const Number& first, const Number& count);
void long_head_remember(LongHead& head, const Number& first, const RowsArgument& rows);
MapObject long_head_map(LongHead& head, const MapRequestArgument& request);

}  // namespace heed::js
