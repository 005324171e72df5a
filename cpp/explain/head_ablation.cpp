#include "explain/head_ablation.h"

#include <algorithm>

#include "heed/ops/difference.h"

namespace heed::explain {

template <typename Scalar>
double ablation_shift(const TensorView<Scalar>& heads, const MultiHead<Scalar>& weights, std::span<const Index> off) {
  Tensor<Scalar> remaining(heads.shape, std::vector<Scalar>(heads.data, heads.data + heads.shape.size()));
  const Index size = checked_product("a head", {heads.shape.length, heads.shape.dim});
  for (const Index head : off) {
    require(head >= 0 && head < heads.shape.heads,
            {"head ", head, " is to be switched off; there are ", heads.shape.heads, " heads"});
    for (Index b = 0; b < heads.shape.batch; ++b) std::fill_n(remaining.head(b, head), size, Scalar(0));
  }
  return difference<Scalar>(join_heads<Scalar>(remaining, weights), join_heads(heads, weights)).relative;
}

template double ablation_shift(const TensorView<float>&, const MultiHead<float>&, std::span<const Index>);
template double ablation_shift(const TensorView<double>&, const MultiHead<double>&, std::span<const Index>);

}  // namespace heed::explain
