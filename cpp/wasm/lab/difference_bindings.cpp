#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "heed/ops/difference.h"

// How far two tensors lie apart.

namespace heed::js {
namespace {

Difference difference_of(const TensorArgument& a, const TensorArgument& b) {
  return guarded([&] { return difference<float>(tensor_argument<float>(a, "a"), tensor_argument<float>(b, "b")); });
}

TensorResult subtraction_of(const TensorArgument& a, const TensorArgument& b) {
  return guarded(
      [&] { return to_js(subtract<float>(tensor_argument<float>(a, "a"), tensor_argument<float>(b, "b"))); });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;
using heed::Difference;

EMSCRIPTEN_BINDINGS(difference) {
  value_object<Difference>("Difference")
      .field("largest", &Difference::largest)
      .field("relative", &Difference::relative);
  function("difference(a, b)", &difference_of);
  function("subtract(a, b)", &subtraction_of);
}
