#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "explain/attention_steps.h"
#include "explain/worked_example.h"

// A worked example of attention, every number on the way.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(WorkedExampleOptionsArgument)

struct AttentionStepsObject {
  TensorResult query, key, value;
  TensorResult products, scores, scaled, masked, exponentials, sums, weights, shares, output;
};

AttentionStepsObject worked_example(const WorkedExampleOptionsArgument& options) {
  return guarded([&] {
    check_names(options, "options", "tokens, dim, seed, causal, temperature");
    WorkedExampleOptions wanted;
    wanted.tokens = whole_number_at(options, "tokens").value_or(wanted.tokens);
    wanted.dim = whole_number_at(options, "dim").value_or(wanted.dim);
    wanted.seed = seed_at(options).value_or(wanted.seed);
    const auto [query, key, value] = make_worked_example(wanted);
    const auto steps =
        attention_steps(query, key, value, flag_at(options, "causal"), number_at(options, "temperature").value_or(1));
    return AttentionStepsObject{
        to_js(query),        to_js(key),           to_js(value),        to_js(steps.products),
        to_js(steps.scores), to_js(steps.scaled),  to_js(steps.masked), to_js(steps.exponentials),
        to_js(steps.sums),   to_js(steps.weights), to_js(steps.shares), to_js(steps.output)};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(steps) {
  register_type<WorkedExampleOptionsArgument>(
      "{ tokens?: number; dim?: number; seed?: number; causal?: boolean; temperature?: number }");
  value_object<AttentionStepsObject>("AttentionSteps")
      .field("query", &AttentionStepsObject::query)
      .field("key", &AttentionStepsObject::key)
      .field("value", &AttentionStepsObject::value)
      .field("products", &AttentionStepsObject::products)
      .field("scores", &AttentionStepsObject::scores)
      .field("scaled", &AttentionStepsObject::scaled)
      .field("masked", &AttentionStepsObject::masked)
      .field("exponentials", &AttentionStepsObject::exponentials)
      .field("sums", &AttentionStepsObject::sums)
      .field("weights", &AttentionStepsObject::weights)
      .field("shares", &AttentionStepsObject::shares)
      .field("output", &AttentionStepsObject::output);
  function("workedExample(options)", &worked_example);
}
