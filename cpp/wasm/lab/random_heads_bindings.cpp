#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_arrays.h"
#include "explain/head_ablation.h"
#include "explain/notebook.h"

// The heads of the source experiment, some of them switched off.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(RandomHeadsOptions)

struct RandomHeadsObject {
  TensorResult weights;
  TensorResult entropy;
  TensorResult visible_keys;
  TensorResult alone;  ///< (1, heads, 1, 1): how far the output moves without one head
  double shift;        ///< without those that are off
};

RandomHeadsObject random_heads(const RandomHeadsOptions& options) {
  return guarded([&] {
    check_names(options, "options", "tokens, dModel, heads, seed, causal, off");
    NotebookOptions wanted;
    wanted.tokens = whole_number_at(options, "tokens").value_or(wanted.tokens);
    wanted.d_model = whole_number_at(options, "dModel").value_or(wanted.d_model);
    wanted.heads = whole_number_at(options, "heads").value_or(wanted.heads);
    wanted.seed = seed_at(options).value_or(wanted.seed);
    const auto notebook = make_notebook<float>(wanted);
    const auto [query, key, value] = notebook.heads;
    AttentionOptions<float> settings;
    settings.causal = flag_at(options, "causal");
    settings.weights = true;
    const auto result = attention(query, key, value, settings);
    const auto shift = [&](const std::vector<Index>& off) {
      return ablation_shift<float>(result.output, notebook.weights, off);
    };
    Tensor<float> alone({1, wanted.heads, 1, 1});
    for (Index head = 0; head < wanted.heads; ++head) *alone.head(0, head) = static_cast<float>(shift({head}));
    const val given = property(options, "off");
    const auto off = given.isUndefined() ? std::vector<std::int32_t>{} : whole_numbers(given, "off");
    return RandomHeadsObject{to_js(result.weights), to_js(result.entropy), to_js(result.visible_keys), to_js(alone),
                             shift({off.begin(), off.end()})};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(random_heads) {
  register_type<RandomHeadsOptions>(
      "{ tokens?: number; dModel?: number; heads?: number; seed?: number; causal?: boolean; off?: ArrayLike<number> }");
  value_object<RandomHeadsObject>("RandomHeads")
      .field("weights", &RandomHeadsObject::weights)
      .field("entropy", &RandomHeadsObject::entropy)
      .field("visibleKeys", &RandomHeadsObject::visible_keys)
      .field("alone", &RandomHeadsObject::alone)
      .field("shift", &RandomHeadsObject::shift);
  function("randomHeads(options)", &random_heads);
}
