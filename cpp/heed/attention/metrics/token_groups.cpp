#include "heed/attention/metrics/token_groups.h"

#include <algorithm>
#include <vector>

namespace heed {
namespace {

/// How many tokens each group has. `name`: what tokens of this axis are called.
std::vector<Index> group_sizes(std::span<const std::int32_t> groups, Index tokens, const char* name) {
  require(static_cast<Index>(groups.size()) == tokens,
          {"there are groups of ", static_cast<Index>(groups.size()), " ", name, " but the weights have ", tokens});
  std::vector<Index> sizes;
  for (const Index group : groups) {
    require(group >= -1 && group < tokens,
            {"the group is ", group, "; of ", tokens, " ", name, " it must be from -1 to ", tokens - 1});
    if (group >= static_cast<Index>(sizes.size())) sizes.resize(static_cast<std::size_t>(group) + 1);
    if (group >= 0) ++sizes[static_cast<std::size_t>(group)];
  }
  const auto empty = std::ranges::find(sizes, Index{0});
  require(empty == sizes.end(), {"group ", static_cast<Index>(empty - sizes.begin()), " of ",
                                 static_cast<Index>(sizes.size()), " has no ", name});
  return sizes;
}

}  // namespace

template <typename Scalar>
Tensor<Scalar> weights_between_groups(const TensorView<Scalar>& weights, std::span<const std::int32_t> query_groups,
                                      std::span<const std::int32_t> key_groups) {
  const auto [batch, heads, queries, keys] = weights.shape;
  require(batch == 1 && heads == 1, {"the weights have shape ", weights.shape, "; they must be of one head"});
  const std::vector<Index> of_queries = group_sizes(query_groups, queries, "queries");
  const std::vector<Index> of_keys = group_sizes(key_groups, keys, "keys");
  const auto columns = static_cast<Index>(of_keys.size());
  Tensor<double> sums({1, 1, static_cast<Index>(of_queries.size()), columns}, "the weights between groups");
  for (Index i = 0; i < queries; ++i) {
    const Index group = query_groups[static_cast<std::size_t>(i)];
    if (group < 0) continue;
    const Scalar* row = weights.data + i * keys;
    double* target = sums.data.data() + group * columns;
    for (Index j = 0; j < keys; ++j)
      if (const Index to = key_groups[static_cast<std::size_t>(j)]; to >= 0) target[to] += static_cast<double>(row[j]);
  }
  Tensor<Scalar> between(sums.shape, "the weights between groups");
  for (std::size_t i = 0; i < between.data.size(); ++i) {
    const auto size = static_cast<double>(of_queries[i / static_cast<std::size_t>(columns)]);
    between.data[i] = static_cast<Scalar>(sums.data[i] / size);
  }
  return between;
}

template Tensor<float> weights_between_groups(const TensorView<float>&, std::span<const std::int32_t>,
                                              std::span<const std::int32_t>);
template Tensor<double> weights_between_groups(const TensorView<double>&, std::span<const std::int32_t>,
                                               std::span<const std::int32_t>);

}  // namespace heed
