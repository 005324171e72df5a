#include <emscripten/bind.h>

#include "js_values.h"

// What every module registers.

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(tensor) {
  register_type<Float32Array>("Float32Array");
  register_type<Number>("number");
  register_type<TensorArgument>("Tensor");
  value_array<TensorShape>("TensorShape")
      .element(&TensorShape::batch)
      .element(&TensorShape::heads)
      .element(&TensorShape::length)
      .element(&TensorShape::dim);
  value_object<TensorResult>("Tensor").field("data", &TensorResult::data).field("shape", &TensorResult::shape);
  register_optional<TensorResult>();
}
