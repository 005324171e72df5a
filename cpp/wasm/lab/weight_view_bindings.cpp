#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_arrays.h"
#include "heed/attention/metrics/weight_views.h"

// Other ways to look at weights: without the sink, the largest alone, of several queries together.

namespace heed::js {
namespace {

struct WithoutFirstKeyObject {
  TensorResult weights;
  TensorResult entropy;
  TensorResult visible_keys;
};

WithoutFirstKeyObject without_first(const TensorArgument& weights, const TensorArgument& visible_keys) {
  return guarded([&] {
    const auto rest = without_first_key<float>(tensor_argument<float>(weights, "weights"),
                                               tensor_argument<float>(visible_keys, "visibleKeys"));
    return WithoutFirstKeyObject{to_js(rest.weights), to_js(rest.entropy), to_js(rest.visible_keys)};
  });
}

TensorResult largest_of(const TensorArgument& weights, const TensorArgument& visible_keys, double share) {
  return guarded([&] {
    return to_js(largest_weights<float>(tensor_argument<float>(weights, "weights"),
                                        tensor_argument<float>(visible_keys, "visibleKeys"), share));
  });
}

TensorResult received(const TensorArgument& weights, const Numbers& queries) {
  return guarded([&] {
    return to_js(received_from<float>(tensor_argument<float>(weights, "weights"), whole_numbers(queries, "queries")));
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(weight_views) {
  value_object<WithoutFirstKeyObject>("WithoutFirstKey")
      .field("weights", &WithoutFirstKeyObject::weights)
      .field("entropy", &WithoutFirstKeyObject::entropy)
      .field("visibleKeys", &WithoutFirstKeyObject::visible_keys);
  function("withoutFirstKey(weights, visibleKeys)", &without_first);
  function("largestWeights(weights, visibleKeys, share)", &largest_of);
  function("receivedFrom(weights, queries)", &received);
}
