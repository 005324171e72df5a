#include "heed/attention/metrics/weight_rows.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "heed/attention/metrics/entropy.h"
#include "heed/tensor/mean.h"
#include "heed/tensor/sums.h"

namespace heed {
namespace {

/// −Σ p ln p of the shares p = A / sum of a row whose own −Σ A ln A is `entropy`: ln sum + entropy / sum.
template <typename Scalar>
Scalar entropy_of_shares(Scalar entropy, double sum) {
  if (!(sum > 0) || std::isinf(sum)) return entropy;
  return std::max(Scalar(0), static_cast<Scalar>(std::log(sum) + static_cast<double>(entropy) / sum));
}

/// Whether every weight of the head after key i + offset is 0.
template <typename Scalar>
bool is_causal(std::span<const Scalar> end, Index offset) {
  for (std::size_t i = 0; i < end.size(); ++i)
    if (end[i] > static_cast<Scalar>(static_cast<Index>(i) + 1 + offset)) return false;
  return end.size() > 1;
}

}  // namespace

template <typename Scalar>
WeightRows<Scalar> weight_rows(const TensorView<Scalar>& weights) {
  const auto [batch, heads, queries, keys] = weights.shape;
  const Shape shape{batch, heads, queries, 1};
  WeightRows<Scalar> rows{Tensor<Scalar>(shape, "the entropies of rows"), Tensor<Scalar>(shape, "the sums of rows"),
                          Tensor<Scalar>(shape, "the largest weights of rows"),
                          Tensor<Scalar>(shape, "the smallest weights of rows"),
                          Tensor<Scalar>(shape, "the ends of rows")};
  if (keys == 0) return rows;
  for (std::size_t i = 0; i < rows.sum.data.size(); ++i) {
    const std::span<const Scalar> row(weights.data + static_cast<Index>(i) * keys, static_cast<std::size_t>(keys));
    double sum = 0;
    Scalar largest = row[0];
    Scalar smallest = row[0];
    std::size_t end = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      sum += static_cast<double>(row[j]);
      largest = larger(largest, row[j]);
      smallest = smaller(smallest, row[j]);
      if (row[j] != 0) end = j + 1;
    }
    // Numbers below 0 are no weights, and have no shares.
    rows.entropy.data[i] = smallest < 0 ? entropy(row) : entropy_of_shares(entropy(row), sum);
    rows.sum.data[i] = static_cast<Scalar>(sum);
    rows.largest.data[i] = largest;
    rows.smallest.data[i] = smallest;
    rows.end.data[i] = static_cast<Scalar>(end);
  }
  return rows;
}

template <typename Scalar>
WeightStatistics weight_statistics(const WeightRows<Scalar>& rows, Index keys) {
  require(keys >= 0, {"there are ", keys, " keys; there must be 0 or more"});
  for (const Tensor<Scalar>* each : {&rows.entropy, &rows.largest, &rows.smallest})
    require(each->shape == rows.sum.shape,
            {"the sums have shape ", rows.sum.shape, " but another part of the rows has ", each->shape});
  for (const Tensor<Scalar>* each : {&rows.sum, &rows.entropy, &rows.largest, &rows.smallest})
    (void)TensorView<Scalar>(*each);  // as many values as its shape says
  if (rows.sum.data.empty()) return {};
  Mean sum, entropy;
  for (const Scalar each : rows.sum.data) sum.add(static_cast<double>(each));
  for (const Scalar each : rows.entropy.data) entropy.add(static_cast<double>(each));
  Scalar largest = rows.largest.data[0];
  Scalar smallest = rows.smallest.data[0];
  for (const Scalar each : rows.largest.data) largest = larger(largest, each);
  for (const Scalar each : rows.smallest.data) smallest = smaller(smallest, each);
  return {.mean = keys == 0 ? 0 : sum / static_cast<double>(keys),
          .largest = static_cast<double>(largest),
          .smallest = static_cast<double>(smallest),
          .mean_entropy = entropy};
}

template <typename Scalar>
Tensor<Scalar> visible_keys_of_weights(const TensorView<Scalar>& end, Index keys) {
  require(keys >= 0, {"there are ", keys, " keys; there must be 0 or more"});
  const auto [batch, heads, queries, dim] = end.shape;
  require(dim == 1, {"the ends of rows have shape ", end.shape, "; there must be one of each row"});
  Tensor<Scalar> visible(end.shape, "the numbers of visible keys");
  if (visible.data.empty()) return visible;  // of however many sequences and heads
  const Index cached = std::max<Index>(0, keys - queries);
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < heads; ++h) {
      const std::span<const Scalar> ends(end.head(b, h), static_cast<std::size_t>(queries));
      const bool from_first = is_causal(ends, 0);
      const bool limits = from_first || is_causal(ends, cached);
      const Index offset = from_first ? 0 : cached;
      for (Index i = 0; i < queries; ++i)
        visible.head(b, h)[i] = static_cast<Scalar>(limits ? std::min(keys, i + 1 + offset) : keys);
    }
  return visible;
}

template WeightRows<float> weight_rows(const TensorView<float>&);
template WeightRows<double> weight_rows(const TensorView<double>&);
template WeightStatistics weight_statistics(const WeightRows<float>&, Index);
template WeightStatistics weight_statistics(const WeightRows<double>&, Index);
template Tensor<float> visible_keys_of_weights(const TensorView<float>&, Index);
template Tensor<double> visible_keys_of_weights(const TensorView<double>&, Index);

}  // namespace heed
