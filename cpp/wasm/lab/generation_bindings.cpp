#include <emscripten/bind.h>

#include <algorithm>

#include "../guarded.h"
#include "../js_values.h"
#include "explain/generation.h"
#include "explain/notebook.h"

// A head of the source experiment, whose tokens arrive one at a time.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(GenerationOptions)

struct GenerationObject {
  // Of the tokens so far, (1, 1, tokens, ·).
  TensorResult query;
  TensorResult key;
  TensorResult value;
  TensorResult weights;
  TensorResult visible_keys;
  TensorResult output;
  // Of the new token alone, (1, 1, 1, ·).
  TensorResult added_weights;
  TensorResult added_output;
  Difference weights_difference;
  Difference output_difference;
  Difference earlier_difference;
};

/// The first `count` rows of one head.
Tensor<float> first_rows(const Tensor<float>& of, Index head, Index count) {
  require(head >= 0 && head < of.shape.heads, {"head is ", head, "; there are ", of.shape.heads, " heads"});
  require(count >= 1 && count <= of.shape.length,
          {"arrived is ", count, "; it must be from 1 to ", of.shape.length, ", the number of tokens"});
  Tensor<float> rows({1, 1, count, of.shape.dim});
  std::copy_n(of.head(0, head), rows.data.size(), rows.data.begin());
  return rows;
}

GenerationObject step_of_generation(const GenerationOptions& options) {
  return guarded([&] {
    check_names(options, "options", "tokens, heads, seed, head, arrived, causal");
    NotebookOptions wanted;
    wanted.tokens = whole_number_at(options, "tokens").value_or(wanted.tokens);
    wanted.heads = whole_number_at(options, "heads").value_or(wanted.heads);
    wanted.seed = seed_at(options).value_or(wanted.seed);
    const auto notebook = make_notebook<float>(wanted);
    const Index head = whole_number_at(options, "head").value_or(0);
    const Index arrived = whole_number_at(options, "arrived").value_or(wanted.tokens);
    const auto query = first_rows(notebook.heads.query, head, arrived);
    const auto key = first_rows(notebook.heads.key, head, arrived);
    const auto value = first_rows(notebook.heads.value, head, arrived);
    AttentionOptions<float> settings;
    settings.causal = flag_at(options, "causal");
    const auto step = generation_step<float>(query, key, value, settings);
    return GenerationObject{to_js(query),
                            to_js(key),
                            to_js(value),
                            to_js(step.whole.weights),
                            to_js(step.whole.visible_keys),
                            to_js(step.whole.output),
                            to_js(step.added.weights),
                            to_js(step.added.output),
                            step.weights,
                            step.output,
                            step.earlier};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(generation) {
  register_type<GenerationOptions>(
      "{ tokens?: number; heads?: number; seed?: number; head?: number; arrived?: number; causal?: boolean }");
  value_object<GenerationObject>("GenerationStep")
      .field("query", &GenerationObject::query)
      .field("key", &GenerationObject::key)
      .field("value", &GenerationObject::value)
      .field("weights", &GenerationObject::weights)
      .field("visibleKeys", &GenerationObject::visible_keys)
      .field("output", &GenerationObject::output)
      .field("addedWeights", &GenerationObject::added_weights)
      .field("addedOutput", &GenerationObject::added_output)
      .field("weightsDifference", &GenerationObject::weights_difference)
      .field("outputDifference", &GenerationObject::output_difference)
      .field("earlierDifference", &GenerationObject::earlier_difference);
  function("generationStep(options)", &step_of_generation);
}
