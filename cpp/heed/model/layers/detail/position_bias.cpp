#include "heed/model/layers/detail/position_bias.h"

#include <algorithm>
#include <cmath>

#include "heed/tensor/half.h"

namespace heed {

DistanceBias::DistanceBias(Index heads, Index queries, Index keys, Index first_position)
    : queries_(queries),
      keys_(keys),
      first_position_(first_position),
      values_(static_cast<std::size_t>(checked_product("the position bias", {heads, queries + keys - 1}))) {}

AttentionHead<float>::Broadcast<float> DistanceBias::of(Index head) const {
  // Element (i, j) is at distance j − i − first_position.
  return {values_.data() + head * (queries_ + keys_ - 1) + queries_ - 1, -1, 1};
}

float& DistanceBias::at(Index head, Index distance) {
  return values_[static_cast<std::size_t>(head * (queries_ + keys_ - 1) + distance - least_distance())];
}

DistanceBias alibi_bias(const AlibiConfig& config, Index queries, Index keys, Index first_position) {
  const auto heads = static_cast<Index>(config.slopes.size());
  DistanceBias bias(heads, queries, keys, first_position);
  for (Index h = 0; h < heads; ++h)
    for (Index distance = bias.least_distance(); distance <= bias.most_distance(); ++distance)
      bias.at(h, distance) =
          static_cast<float>(config.scale * config.slopes[static_cast<std::size_t>(h)] * static_cast<double>(distance));
  return bias;
}

std::vector<float> alibi_of_keys(const AlibiConfig& config, Index keys, std::span<const std::uint8_t> visible) {
  std::vector<float> bias;
  const auto rounded = [&](double number) {
    return config.rounds_to_bfloat16 ? double{from_bfloat16(to_bfloat16(static_cast<float>(number)))} : number;
  };
  for (const double slope : config.slopes) {
    Index position = 0;
    for (Index j = 0; j < keys; ++j) {
      const bool counts = visible.empty() || visible[static_cast<std::size_t>(j)] != 0;
      // PyTorch multiplies in the type of the slopes, to which positions are rounded too.
      const double product = counts ? rounded(slope) * rounded(static_cast<double>(position++)) : 0;
      bias.push_back(static_cast<float>(config.scale * rounded(product)));
    }
  }
  return bias;
}

DistanceBias relative_bias(const RelativeBiasConfig& config, std::span<const float> table, Index heads, Index queries,
                           Index keys, Index first_position) {
  DistanceBias bias(heads, queries, keys, first_position);
  for (Index distance = bias.least_distance(); distance <= bias.most_distance(); ++distance) {
    const Index bucket = relative_bucket(config, distance);
    for (Index h = 0; h < heads; ++h) bias.at(h, distance) = table[static_cast<std::size_t>(bucket * heads + h)];
  }
  return bias;
}

Index relative_bucket(const RelativeBiasConfig& config, Index distance) {
  const Index buckets = config.bidirectional ? config.buckets / 2 : config.buckets;
  const Index first = config.bidirectional && distance > 0 ? buckets : 0;
  const Index size = config.bidirectional ? std::abs(distance) : std::max<Index>(-distance, 0);
  const Index exact = buckets / 2;
  if (size < exact) return first + size;
  // In float32, as the models were trained: at the border of two buckets the rounding decides.
  const float part =
      std::log(static_cast<float>(size) / static_cast<float>(exact)) /
      static_cast<float>(std::log(static_cast<double>(config.max_distance) / static_cast<double>(exact)));
  // No more than there are, lest it be no Index.
  const float bucket = std::min(part * static_cast<float>(buckets - exact), static_cast<float>(buckets));
  return first + std::min(exact + static_cast<Index>(bucket), buckets - 1);
}

Index disentangled_row(const DisentangledConfig& config, Index distance) {
  Index relative = distance;
  const Index middle = config.buckets / 2;
  if (config.buckets > 0 && std::abs(distance) > middle) {
    const float part = std::log(static_cast<float>(std::abs(distance)) / static_cast<float>(middle)) /
                       std::log(static_cast<float>(config.max_distance - 1) / static_cast<float>(middle));
    const float beyond = std::min(std::ceil(part * static_cast<float>(middle - 1)), static_cast<float>(config.span));
    const Index bucket = static_cast<Index>(beyond) + middle;
    relative = distance < 0 ? -bucket : bucket;
  }
  return std::clamp<Index>(relative + config.span, 0, 2 * config.span - 1);
}

}  // namespace heed
