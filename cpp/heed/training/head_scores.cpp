#include "heed/training/head_scores.h"

#include "heed/tensor/mean.h"

namespace heed {

template <typename Scalar>
std::vector<HeadScores> head_scores(const TensorView<Scalar>& weights, std::span<const std::int32_t> tokens,
                                    std::span<const Index> lengths, bool causal) {
  const auto [batch, heads, length, keys] = weights.shape;
  require(length == keys, {"the weights have shape ", weights.shape, "; each head's must be square"});
  (void)weights.shape.size();
  require(static_cast<Index>(tokens.size()) == checked_product("the sequences", {batch, length}),
          {"there are ", static_cast<Index>(tokens.size()), " tokens for weights of shape ", weights.shape});
  require(lengths.empty() || static_cast<Index>(lengths.size()) == batch,
          {"there are ", static_cast<Index>(lengths.size()), " lengths of ", batch, " sequences"});
  for (const Index counted : lengths)
    require(counted >= 0 && counted <= length, {"a length is ", counted, "; it must be from 0 to ", length});
  const auto queries_of = [&](Index b) { return lengths.empty() ? length : lengths[static_cast<std::size_t>(b)]; };
  // What comes after a sequence's length is left out as if it saw nothing.
  Tensor<Scalar> visible({batch, heads, length, 1}, "the numbers of visible keys");
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < heads; ++h)
      for (Index i = 0; i < queries_of(b); ++i) visible.head(b, h)[i] = static_cast<Scalar>(causal ? i + 1 : length);

  std::vector<HeadScores> scores;
  for (const HeadMetrics& metrics : head_metrics<Scalar>(weights, visible)) {
    const Index h = static_cast<Index>(scores.size());
    Mean induction;
    for (Index b = 0; b < batch; ++b) {
      const std::int32_t* token = tokens.data() + b * length;
      for (Index i = 0; i < queries_of(b); ++i) {
        const Scalar* row = weights.head(b, h) + i * length;
        double followed = 0;
        bool occurred = false;
        for (Index j = 1; j <= i; ++j) {
          if (token[j - 1] != token[i]) continue;
          followed += static_cast<double>(row[j]);
          occurred = true;
        }
        if (occurred) induction.add(followed);
      }
    }
    scores.push_back({metrics, induction});
  }
  return scores;
}

template std::vector<HeadScores> head_scores(const TensorView<float>&, std::span<const std::int32_t>,
                                             std::span<const Index>, bool);
template std::vector<HeadScores> head_scores(const TensorView<double>&, std::span<const std::int32_t>,
                                             std::span<const Index>, bool);

}  // namespace heed
