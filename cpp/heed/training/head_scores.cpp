#include "heed/training/head_scores.h"

#include "heed/attention/metrics/token_scores.h"

namespace heed {

template <typename Scalar>
std::vector<HeadScores> head_scores(const TensorView<Scalar>& weights, std::span<const std::int32_t> tokens,
                                    std::span<const Index> lengths, bool causal) {
  const auto [batch, heads, length, keys] = weights.shape;
  // Checks the shapes.
  const std::vector<TokenScores> of_tokens = token_scores<Scalar>(weights, tokens, lengths);
  const auto queries_of = [&](Index b) { return lengths.empty() ? length : lengths[static_cast<std::size_t>(b)]; };
  // What comes after a sequence's length is left out as if it saw nothing.
  Tensor<Scalar> visible({batch, heads, length, 1}, "the numbers of visible keys");
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < heads; ++h)
      for (Index i = 0; i < queries_of(b); ++i) visible.head(b, h)[i] = static_cast<Scalar>(causal ? i + 1 : length);

  std::vector<HeadScores> scores;
  for (const HeadMetrics& metrics : head_metrics<Scalar>(weights, visible))
    scores.push_back({metrics, of_tokens[scores.size()].induction});
  return scores;
}

template std::vector<HeadScores> head_scores(const TensorView<float>&, std::span<const std::int32_t>,
                                             std::span<const Index>, bool);
template std::vector<HeadScores> head_scores(const TensorView<double>&, std::span<const std::int32_t>,
                                             std::span<const Index>, bool);

}  // namespace heed
