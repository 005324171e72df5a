#include "heed/attention/mask.h"

namespace heed {

Tensor<std::uint8_t> causal_mask(Index queries, Index keys, Index offset) {
  Tensor<std::uint8_t> mask({1, 1, queries, keys}, "a causal mask");
  const Visibility visibility{.keys = keys, .causal = true, .offset = offset};
  for (Index i = 0; i < queries; ++i)
    std::fill_n(mask.data.begin() + i * keys, visibility.of(i).size(), std::uint8_t{1});
  return mask;
}

}  // namespace heed
