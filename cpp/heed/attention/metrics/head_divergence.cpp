#include "heed/attention/metrics/head_divergence.h"

#include <algorithm>
#include <cmath>

#include "heed/tensor/mean.h"

namespace heed {

template <typename Scalar>
double jensen_shannon(std::span<const Scalar> p, std::span<const Scalar> q) {
  require(p.size() == q.size(), {"one distribution has ", static_cast<Index>(p.size()), " numbers and the other ",
                                 static_cast<Index>(q.size())});
  double sum = 0;
  for (std::size_t j = 0; j < p.size(); ++j) {
    const double a = static_cast<double>(p[j]);
    const double b = static_cast<double>(q[j]);
    // Per place, so that what rounding leaves of equal numbers is exactly 0.
    if (a != 0) sum += a * std::log(2 * a / (a + b));
    if (b != 0) sum += b * std::log(2 * b / (a + b));
  }
  return sum / 2;
}

template <typename Scalar>
double mean_row_divergence(std::span<const Scalar> one, std::span<const Scalar> other, Index keys) {
  const auto size = static_cast<Index>(one.size());
  require(one.size() == other.size(),
          {"one matrix has ", size, " weights and the other ", static_cast<Index>(other.size())});
  require(keys > 0 && size % keys == 0, {size, " weights are no rows of ", keys, " keys"});
  Mean mean;
  const auto width = static_cast<std::size_t>(keys);
  for (std::size_t from = 0; from < one.size(); from += width)
    mean.add(jensen_shannon(one.subspan(from, width), other.subspan(from, width)));
  return static_cast<double>(mean);
}

template <typename Scalar>
Tensor<Scalar> head_divergence(const TensorView<Scalar>& weights) {
  const auto [batch, heads, queries, keys] = weights.shape;
  (void)weights.shape.size();
  Tensor<Scalar> divergence({1, 1, heads, heads}, "the divergences of heads");
  const auto row = [&](Index b, Index h, Index i) {
    return std::span<const Scalar>(weights.head(b, h) + i * keys, static_cast<std::size_t>(keys));
  };
  const auto is_masked = [](std::span<const Scalar> shares) {
    return std::all_of(shares.begin(), shares.end(), [](Scalar share) { return share == 0; });
  };
  for (Index g = 0; g < heads; ++g)
    for (Index h = 0; h < g; ++h) {
      Mean mean;
      for (Index b = 0; b < batch; ++b)
        for (Index i = 0; i < queries; ++i) {
          const auto p = row(b, g, i);
          const auto q = row(b, h, i);
          if (!is_masked(p) && !is_masked(q)) mean.add(jensen_shannon(p, q));
        }
      divergence.data[static_cast<std::size_t>(g * heads + h)] = static_cast<Scalar>(mean);
      divergence.data[static_cast<std::size_t>(h * heads + g)] = static_cast<Scalar>(mean);
    }
  return divergence;
}

template double jensen_shannon(std::span<const float>, std::span<const float>);
template double jensen_shannon(std::span<const double>, std::span<const double>);
template double mean_row_divergence(std::span<const float>, std::span<const float>, Index);
template double mean_row_divergence(std::span<const double>, std::span<const double>, Index);
template Tensor<float> head_divergence(const TensorView<float>&);
template Tensor<double> head_divergence(const TensorView<double>&);

}  // namespace heed
