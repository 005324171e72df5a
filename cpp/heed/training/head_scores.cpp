#include "heed/training/head_scores.h"

#include <cmath>
#include <cstdlib>

namespace heed {
namespace {

constexpr Index kLocal = 2;

/// A mean over those queries that a score is defined for.
struct Mean {
  double sum = 0;
  Index count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  operator double() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

}  // namespace

template <typename Scalar>
std::vector<HeadScores> head_scores(const TensorView<Scalar>& weights, std::span<const std::int32_t> tokens,
                                    std::span<const Index> lengths) {
  const auto [batch, heads, length, keys] = weights.shape;
  require(length == keys, {"the weights have shape ", weights.shape, "; each head's must be square"});
  require(static_cast<Index>(tokens.size()) == batch * length,
          {"there are ", static_cast<Index>(tokens.size()), " tokens for weights of shape ", weights.shape});
  require(lengths.empty() || static_cast<Index>(lengths.size()) == batch,
          {"there are ", static_cast<Index>(lengths.size()), " lengths of ", batch, " sequences"});
  for (const Index counted : lengths)
    require(counted >= 0 && counted <= length, {"a length is ", counted, "; it must be from 0 to ", length});
  std::vector<HeadScores> scores;
  for (Index h = 0; h < heads; ++h) {
    Mean previous, induction, first, self, distance, local, entropy;
    for (Index b = 0; b < batch; ++b) {
      const std::int32_t* token = tokens.data() + b * length;
      const Index queries = lengths.empty() ? length : lengths[static_cast<std::size_t>(b)];
      for (Index i = 0; i < queries; ++i) {
        const Scalar* row = weights.head(b, h) + i * length;
        double far = 0, near = 0, followed = 0, nats = 0;
        bool occurred = false;
        for (Index j = 0; j < length; ++j) {
          const double a = static_cast<double>(row[j]);
          far += a * static_cast<double>(std::abs(i - j));
          if (std::abs(i - j) <= kLocal) near += a;
          if (a > 0) nats -= a * std::log(a);
          if (j >= 1 && j <= i && token[j - 1] == token[i]) {
            followed += a;
            occurred = true;
          }
        }
        distance.add(far);
        local.add(near);
        self.add(static_cast<double>(row[i]));
        if (occurred) induction.add(followed);
        if (i == 0) continue;
        previous.add(static_cast<double>(row[i - 1]));
        first.add(static_cast<double>(row[0]));
        entropy.add(nats / std::log(static_cast<double>(i + 1)));
      }
    }
    scores.push_back({previous, induction, first, self, distance, local, entropy});
  }
  return scores;
}

template std::vector<HeadScores> head_scores(const TensorView<float>&, std::span<const std::int32_t>,
                                             std::span<const Index>);
template std::vector<HeadScores> head_scores(const TensorView<double>&, std::span<const std::int32_t>,
                                             std::span<const Index>);

}  // namespace heed
