#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "explain/attention_cost.h"

// Parameters and multiply-adds of multi-head attention.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(AttentionWorkArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(MemoryNeedArgument)

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

AttentionMemory memory_of(const MemoryNeedArgument& given) {
  return guarded([&] {
    check_names(given, "need", "tokens, layers, heads, keyValueHeads, headDim, bytes");
    MemoryNeed need;
    need.tokens = whole_number_at(given, "tokens").value_or(need.tokens);
    need.layers = whole_number_at(given, "layers").value_or(need.layers);
    need.heads = whole_number_at(given, "heads").value_or(need.heads);
    need.kv_heads = whole_number_at(given, "keyValueHeads").value_or(need.heads);
    need.head_dim = whole_number_at(given, "headDim").value_or(need.head_dim);
    need.bytes = whole_number_at(given, "bytes").value_or(need.bytes);
    return attention_memory(need);
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;
using heed::explain::AttentionCost;
using heed::explain::AttentionMemory;

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
  register_type<MemoryNeedArgument>(
      "{ tokens: number; layers: number; heads: number; keyValueHeads?: number; headDim: number; bytes?: number }");
  value_object<AttentionMemory>("AttentionMemory")
      .field("cache", &AttentionMemory::cache)
      .field("weights", &AttentionMemory::weights)
      .field("streaming", &AttentionMemory::streaming);
  function("attentionMemory(need)", &memory_of);
}
