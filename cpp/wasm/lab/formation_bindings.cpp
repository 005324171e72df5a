#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_arrays.h"
#include "heed/training/formation.h"

// When heads became what they are.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(MaybeRise)

MaybeRise rise(const Numbers& steps, const Numbers& scores) {
  return guarded([&] {
    const auto found = rise_of(numbers(steps, "steps"), numbers(scores, "scores"));
    return MaybeRise(found ? val(*found) : val::null());
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;
using heed::Rise;

EMSCRIPTEN_BINDINGS(formation) {
  register_type<MaybeRise>("Rise | null");
  value_object<Rise>("Rise")
      .field("step", &Rise::step)
      .field("begin", &Rise::begin)
      .field("end", &Rise::end)
      .field("from", &Rise::from)
      .field("to", &Rise::to);
  function("riseOf(steps, scores)", &rise);
}
