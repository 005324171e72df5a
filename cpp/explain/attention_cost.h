#pragma once

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// What multi-head attention is asked to compute in one go.
struct AttentionWork {
  Index queries = 1;
  Index keys = 1;      ///< that the queries may look at; the last one belongs to the last query
  Index new_keys = 1;  ///< of those, how many are not kept from before, so that their keys and values are computed
  Index d_model = 1;
  Index heads = 1;
  bool causal = true;
};

/// What that takes. A multiply-add is two floating-point operations.
struct AttentionCost {
  double parameters = 0;     ///< of W^Q, W^K, W^V and W^O: 4 d_model², whatever the number of heads
  double projections = 0;    ///< multiply-adds of Q, K and V
  double scores = 0;         ///< multiply-adds of Q Kᵀ, over the pairs that are visible
  double mix = 0;            ///< multiply-adds of A V
  double output = 0;         ///< multiply-adds of W^O
  double multiply_adds = 0;  ///< all of them
  double exponentials = 0;   ///< of the softmax: the only part that grows with the number of heads
};

/// Counted with d_k = d_v = d_model / heads: "due to the reduced dimension of each head, the total computational cost is
/// similar to that of single-head attention with full dimensionality" (A. Vaswani et al., "Attention Is All You Need",
/// 2017, section 3.2.2). Throws std::invalid_argument that names the numbers that are out of range or do not fit.
[[nodiscard]] AttentionCost attention_cost(const AttentionWork& work);

/// A model that reads or writes a text.
struct MemoryNeed {
  Index tokens = 1;
  Index layers = 1;
  Index heads = 1;
  Index kv_heads = 1;  ///< as many as heads: multi-head; fewer: grouped-query; one: multi-query attention
  Index head_dim = 1;
  Index bytes = 2;  ///< of a number: 2 is float16
};

/// What that takes, in bytes.
struct AttentionMemory {
  double cache = 0;      ///< keys and values of all layers: 2 · layers · kv_heads · head_dim · tokens numbers
  double weights = 0;    ///< the weights of all heads of one layer: heads · tokens² numbers
  double streaming = 0;  ///< in their place, one float32 log-sum-exp a row and head: heads · tokens numbers
};

/// Multi-query: N. Shazeer, "Fast Transformer Decoding", 2019, section 3. Grouped-query: J. Ainslie et al., "GQA", 2023,
/// section 2.2. Streaming: T. Dao et al., "FlashAttention", 2022, theorem 1, O(N) beyond inputs and output. Throws
/// std::invalid_argument that names the numbers that are out of range or do not fit.
[[nodiscard]] AttentionMemory attention_memory(const MemoryNeed& need);

}  // namespace heed::explain
