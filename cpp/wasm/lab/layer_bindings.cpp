#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "explain/layer_steps.h"

// One layer of a transformer with weights that are given, every vector on the way.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(LayerArgument)

struct LayerObject {
  TensorResult query, key, value;
  TensorResult scores, logits, weights, heads, contributions, output, after_attention, hidden, feed_forward, result;
  TensorResult qk_circuits, ov_circuits;
};

LayerObject layer_of(const LayerArgument& given) {
  return guarded([&] {
    check_names(given, "layer", "tokens, wQuery, wKey, wValue, wOutput, w1, b1, w2, causal");
    const MultiHead<float> weights{.w_query = tensor_at<float>(given, "wQuery"),
                                   .w_key = tensor_at<float>(given, "wKey"),
                                   .w_value = tensor_at<float>(given, "wValue"),
                                   .w_output = tensor_at<float>(given, "wOutput")};
    const FeedForwardWeights feed_forward{
        .w1 = tensor_at<float>(given, "w1"), .b1 = tensor_at<float>(given, "b1"), .w2 = tensor_at<float>(given, "w2")};
    const auto steps = layer_steps(tensor_at<float>(given, "tokens"), weights, feed_forward, flag_at(given, "causal"));
    return LayerObject{to_js(steps.query),           to_js(steps.key),           to_js(steps.value),
                       to_js(steps.scores),          to_js(steps.logits),        to_js(steps.weights),
                       to_js(steps.heads),           to_js(steps.contributions), to_js(steps.output),
                       to_js(steps.after_attention), to_js(steps.hidden),        to_js(steps.feed_forward),
                       to_js(steps.result),          to_js(steps.qk_circuits),   to_js(steps.ov_circuits)};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(layer) {
  register_type<LayerArgument>(
      "{ tokens: Tensor; wQuery: Tensor; wKey: Tensor; wValue: Tensor; wOutput: Tensor; w1: Tensor; b1: Tensor;"
      " w2: Tensor; causal?: boolean }");
  value_object<LayerObject>("LayerSteps")
      .field("query", &LayerObject::query)
      .field("key", &LayerObject::key)
      .field("value", &LayerObject::value)
      .field("scores", &LayerObject::scores)
      .field("logits", &LayerObject::logits)
      .field("weights", &LayerObject::weights)
      .field("heads", &LayerObject::heads)
      .field("contributions", &LayerObject::contributions)
      .field("output", &LayerObject::output)
      .field("afterAttention", &LayerObject::after_attention)
      .field("hidden", &LayerObject::hidden)
      .field("feedForward", &LayerObject::feed_forward)
      .field("result", &LayerObject::result)
      .field("qkCircuits", &LayerObject::qk_circuits)
      .field("ovCircuits", &LayerObject::ov_circuits);
  function("layerSteps(layer)", &layer_of);
}
