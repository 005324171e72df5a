#include "heed/attention/metrics/token_scores.h"

#include "heed/tensor/mean.h"

namespace heed {

template <typename Scalar>
std::vector<TokenScores> token_scores(const TensorView<Scalar>& weights, std::span<const std::int32_t> tokens,
                                      std::span<const Index> lengths) {
  const auto [batch, heads, length, keys] = weights.shape;
  require(length == keys, {"the weights have shape ", weights.shape, "; each head's must be square"});
  (void)weights.shape.size();
  require(static_cast<Index>(tokens.size()) == checked_product("the sequences", {batch, length}),
          {"there are ", static_cast<Index>(tokens.size()), " tokens for weights of shape ", weights.shape});
  require(lengths.empty() || static_cast<Index>(lengths.size()) == batch,
          {"there are ", static_cast<Index>(lengths.size()), " lengths of ", batch, " sequences"});
  for (const Index counted : lengths)
    require(counted >= 0 && counted <= length, {"a length is ", counted, "; it must be from 0 to ", length});
  std::vector<TokenScores> scores;
  for (Index h = 0; h < heads; ++h) {
    Mean duplicate, induction;
    for (Index b = 0; b < batch; ++b) {
      const std::int32_t* token = tokens.data() + b * length;
      const Index queries = lengths.empty() ? length : lengths[static_cast<std::size_t>(b)];
      for (Index i = 0; i < queries; ++i) {
        const Scalar* row = weights.head(b, h) + i * length;
        double equal = 0, followed = 0;
        bool occurred = false;
        for (Index j = 1; j <= i; ++j) {
          if (token[j - 1] != token[i]) continue;
          equal += static_cast<double>(row[j - 1]);
          followed += static_cast<double>(row[j]);
          occurred = true;
        }
        if (!occurred) continue;
        duplicate.add(equal);
        induction.add(followed);
      }
    }
    scores.push_back({duplicate, induction});
  }
  return scores;
}

template std::vector<TokenScores> token_scores(const TensorView<float>&, std::span<const std::int32_t>,
                                               std::span<const Index>);
template std::vector<TokenScores> token_scores(const TensorView<double>&, std::span<const std::int32_t>,
                                               std::span<const Index>);

}  // namespace heed
