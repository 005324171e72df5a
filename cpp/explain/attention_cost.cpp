#include "explain/attention_cost.h"

namespace heed::explain {

AttentionCost attention_cost(const AttentionWork& work) {
  const auto& [queries, keys, new_keys, d_model, heads, causal] = work;
  require(queries >= 1 && keys >= queries,
          {"there are ", queries, " queries and ", keys, " keys; there must be a query, and a key for each"});
  require(new_keys >= 0 && new_keys <= keys, {new_keys, " of ", keys, " keys are to be new"});
  require(heads >= 1 && d_model >= 1 && d_model % heads == 0,
          {"d_model ", d_model, " is not divisible by ", heads, " heads"});
  const auto rows = static_cast<double>(queries);
  const auto all = rows * static_cast<double>(keys);
  // The last query sees all keys, each before it one less: queries · (queries − 1) / 2 pairs are hidden.
  const double pairs = causal ? all - rows * (rows - 1) / 2 : all;
  const double width = static_cast<double>(d_model);
  const double square = width * width;
  AttentionCost cost{.parameters = 4 * square,
                     .projections = (rows + 2 * static_cast<double>(new_keys)) * square,
                     .scores = pairs * width,
                     .mix = pairs * width,
                     .output = rows * square,
                     .exponentials = pairs * static_cast<double>(heads)};
  cost.multiply_adds = cost.projections + cost.scores + cost.mix + cost.output;
  return cost;
}

AttentionMemory attention_memory(const MemoryNeed& need) {
  const auto& [tokens, layers, heads, kv_heads, head_dim, bytes] = need;
  require(tokens >= 1 && layers >= 1 && head_dim >= 1 && bytes >= 1,
          {"there are ", tokens, " tokens, ", layers, " layers, heads of ", head_dim, " components and numbers of ",
           bytes, " bytes; all must be at least 1"});
  require(heads >= 1 && kv_heads >= 1 && heads % kv_heads == 0,
          {heads, " heads of queries cannot share ", kv_heads, " heads of keys and values equally"});
  const auto length = static_cast<double>(tokens);
  const auto size = static_cast<double>(bytes);
  const double per_token =
      2 * static_cast<double>(layers) * static_cast<double>(kv_heads) * static_cast<double>(head_dim);
  const auto rows = static_cast<double>(heads) * length;
  return {.cache = per_token * length * size, .weights = rows * length * size, .streaming = rows * sizeof(float)};
}

}  // namespace heed::explain
