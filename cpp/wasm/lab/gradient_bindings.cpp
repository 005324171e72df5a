#include <emscripten/bind.h>

#include "../attention_arguments.h"
#include "../guarded.h"
#include "heed/attention/attention_backward.h"

// ∂loss/∂Q, ∂K and ∂V of attention.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(AttentionInputs)
EMSCRIPTEN_DECLARE_VAL_TYPE(GradientOptions)

struct GradientsObject {
  TensorResult query;
  TensorResult key;
  TensorResult value;
  std::optional<TensorResult> bias;
};

GradientsObject attention_gradients(const AttentionInputs& inputs, const TensorArgument& output_gradient,
                                    const GradientOptions& options) {
  return guarded([&] {
    AttentionArguments read;
    read_options(options, read);
    const auto query = tensor_at<float>(inputs, "query");
    const auto key = tensor_at<float>(inputs, "key");
    const auto value = tensor_at<float>(inputs, "value");
    const auto forward = attention(query, key, value, read.core);
    const auto gradients = attention_backward<float>(
        query, key, value, forward, tensor_argument<float>(output_gradient, "outputGradient"), read.core);
    GradientsObject object{to_js(gradients.query), to_js(gradients.key), to_js(gradients.value), {}};
    if (!gradients.bias.data.empty()) object.bias = to_js(gradients.bias);
    return object;
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(gradients) {
  register_type<AttentionInputs>("{ query: Tensor; key: Tensor; value: Tensor }");
  register_type<GradientOptions>(
      "{ scale?: number; temperature?: number; softcap?: number;"
      " mask?: { data: Uint8Array; shape: ArrayLike<number> }; bias?: { data: Float32Array; shape: ArrayLike<number> };"
      " causal?: boolean;"
      " window?: [left: number | null, right: number | null]; queryOffset?: number; keyLengths?: ArrayLike<number> }");
  value_object<GradientsObject>("AttentionGradients")
      .field("query", &GradientsObject::query)
      .field("key", &GradientsObject::key)
      .field("value", &GradientsObject::value)
      .field("bias", &GradientsObject::bias);
  function("attentionGradients(inputs, outputGradient, options)", &attention_gradients);
}
