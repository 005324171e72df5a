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

}  // namespace heed::explain
