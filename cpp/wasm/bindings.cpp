#include <emscripten/bind.h>

#include "core_functions.h"
#include "held.h"

// Registration only. The TypeScript types of the package are generated from what is said here; web/src/compute/heed.ts
// gives them their public names.

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(heed) {
  register_type<AttentionInputs>("{ query: Tensor; key: Tensor; value: Tensor }");
  register_type<AttentionOptionsArgument>(
      "{ scale?: number; temperature?: number; softcap?: number;"
      " mask?: { data: Uint8Array; shape: ArrayLike<number> }; bias?: { data: Float32Array; shape: ArrayLike<number> };"
      " causal?: boolean;"
      " window?: [left: number | null, right: number | null]; queryOffset?: number; keyLengths?: ArrayLike<number>;"
      " weights?: boolean; logits?: boolean; reuse?: AttentionResult }");
  register_type<WeightsInputs>("{ query: Tensor; key: Tensor; logSumExp: Tensor }");
  register_type<WeightsBlockArgument>(
      "{ batch?: number; head?: number; row?: number; rows: number; column?: number; columns: number }");
  register_type<MultiHeadInputs>("{ x: Tensor; wQuery: Tensor; wKey: Tensor; wValue: Tensor; wOutput: Tensor }");
  register_type<NotebookOptionsArgument>(
      "{ tokens?: number; dModel?: number; heads?: number; seed?: number; glorot?: boolean }");

  register_type<LongHeadInputs>("{ query: Tensor; key: Tensor }");
  register_type<HandmadeOptionsArgument>("{ tokens?: number; stride?: number; seed?: number }");
  register_type<MapRequestArgument>(
      "{ row: number; rows: number; rowBlock?: number; column: number; columns: number; columnBlock?: number;"
      " before?: AttentionMap }");
  register_type<KnownCellsArgument>("{ sum: Tensor; known: Tensor; entropy: Tensor; keys: number; block?: number }");
  register_type<RowsArgument>("HeadRows");

  value_object<AttentionResultObject>("AttentionResult")
      .field("output", &AttentionResultObject::output)
      .field("logSumExp", &AttentionResultObject::log_sum_exp)
      .field("entropy", &AttentionResultObject::entropy)
      .field("visibleKeys", &AttentionResultObject::visible_keys)
      .field("weights", &AttentionResultObject::weights)
      .field("logits", &AttentionResultObject::logits);
  value_object<MultiHeadResultObject>("MultiHeadResult")
      .field("output", &MultiHeadResultObject::output)
      .field("attention", &MultiHeadResultObject::attention);
  value_object<NotebookObject>("Notebook")
      .field("x", &NotebookObject::x)
      .field("wQuery", &NotebookObject::w_query)
      .field("wKey", &NotebookObject::w_key)
      .field("wValue", &NotebookObject::w_value)
      .field("wOutput", &NotebookObject::w_output)
      .field("query", &NotebookObject::query)
      .field("key", &NotebookObject::key)
      .field("value", &NotebookObject::value);
  value_object<RowsObject>("HeadRows")
      .field("logSumExp", &RowsObject::log_sum_exp)
      .field("entropy", &RowsObject::entropy);
  value_object<MapObject>("AttentionMap").field("largest", &MapObject::largest).field("sum", &MapObject::sum);
  value_object<MarginsObject>("MapMargins")
      .field("received", &MarginsObject::received)
      .field("given", &MarginsObject::given)
      .field("leastEntropy", &MarginsObject::least_entropy)
      .field("mostEntropy", &MarginsObject::most_entropy);
  class_<heed::LongHead>("LongHead")
      .smart_ptr<std::shared_ptr<heed::LongHead>>("LongHeadPointer")
      .property("queries", &long_head_queries)
      .property("keys", &long_head_keys)
      .function("rows(first, count)", held<&long_head_rows>)
      .function("remember(first, rows)", held<&long_head_remember>)
      .function("map(request)", held<&long_head_map>);

  function("attention(inputs, options)", &heed::js::attention);
  function("attentionWeights(inputs, block, options)", &heed::js::attention_weights);
  function("multiHeadAttention(inputs, options)", &heed::js::multi_head_attention);
  function("notebook(options)", &heed::js::make_notebook);
  function("longHead(inputs, options)", &make_long_head);
  function("handmadeLongHead(handmade, options)", &make_handmade_long_head);
  function("mapMargins(cells)", &heed::js::map_margins);
}
