#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "explain/attention_cost.h"

// Parameters and multiply-adds of multi-head attention.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(AttentionWorkArgument)

AttentionCost cost_of(const AttentionWorkArgument& given) {
  return guarded([&] {
    check_names(given, "work", "queries, keys, newKeys, dModel, heads, causal");
    AttentionWork work;
    work.queries = whole_number_at(given, "queries").value_or(work.queries);
    work.keys = whole_number_at(given, "keys").value_or(work.queries);
    work.new_keys = whole_number_at(given, "newKeys").value_or(work.keys);
    work.d_model = whole_number_at(given, "dModel").value_or(work.d_model);
    work.heads = whole_number_at(given, "heads").value_or(work.heads);
    work.causal = flag_at(given, "causal");
    return attention_cost(work);
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;
using heed::explain::AttentionCost;

EMSCRIPTEN_BINDINGS(cost) {
  register_type<AttentionWorkArgument>(
      "{ queries: number; keys?: number; newKeys?: number; dModel: number; heads: number; causal?: boolean }");
  value_object<AttentionCost>("AttentionCost")
      .field("parameters", &AttentionCost::parameters)
      .field("projections", &AttentionCost::projections)
      .field("scores", &AttentionCost::scores)
      .field("mix", &AttentionCost::mix)
      .field("output", &AttentionCost::output)
      .field("multiplyAdds", &AttentionCost::multiply_adds)
      .field("exponentials", &AttentionCost::exponentials);
  function("attentionCost(work)", &cost_of);
}
