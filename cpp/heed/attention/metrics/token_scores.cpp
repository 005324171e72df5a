#include "heed/attention/metrics/token_scores.h"

#include <map>

namespace heed {

EarlierOccurrences::EarlierOccurrences(std::span<const std::int32_t> tokens) : earlier_(tokens.size()) {
  std::map<std::int32_t, std::vector<Index>> seen;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::vector<Index>& positions = seen[tokens[i]];
    earlier_[i] = positions;
    positions.push_back(static_cast<Index>(i));
  }
}

template <typename Scalar>
void TokenScoresOfRows::add(const Scalar* row, Index i, const EarlierOccurrences& tokens) {
  const std::vector<Index>& earlier = tokens.of(i);
  if (earlier.empty()) return;
  double equal = 0, followed = 0;
  for (const Index j : earlier) {
    equal += static_cast<double>(row[j]);
    followed += static_cast<double>(row[j + 1]);
  }
  duplicate_.add(equal);
  induction_.add(followed);
}

template void TokenScoresOfRows::add(const float*, Index, const EarlierOccurrences&);
template void TokenScoresOfRows::add(const double*, Index, const EarlierOccurrences&);

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
  std::vector<EarlierOccurrences> sequences;
  for (Index b = 0; b < batch; ++b)
    sequences.emplace_back(tokens.subspan(static_cast<std::size_t>(b * length), static_cast<std::size_t>(length)));
  std::vector<TokenScores> scores;
  for (Index h = 0; h < heads; ++h) {
    TokenScoresOfRows rows;
    for (Index b = 0; b < batch; ++b) {
      const Index queries = lengths.empty() ? length : lengths[static_cast<std::size_t>(b)];
      for (Index i = 0; i < queries; ++i)
        rows.add(weights.head(b, h) + i * length, i, sequences[static_cast<std::size_t>(b)]);
    }
    scores.push_back(rows.scores());
  }
  return scores;
}

template std::vector<TokenScores> token_scores(const TensorView<float>&, std::span<const std::int32_t>,
                                               std::span<const Index>);
template std::vector<TokenScores> token_scores(const TensorView<double>&, std::span<const std::int32_t>,
                                               std::span<const Index>);

}  // namespace heed
