#pragma once

#include <vector>

#include "heed/attention/detail/attention_head.h"
#include "heed/model/architecture/attention_config.h"
#include "heed/model/layers/parameters.h"

namespace heed {

/// A bias of logits that depends on the head and on the distance from query to key: a vector for each head, of which the
/// (queries × keys) matrix is a view.
class DistanceBias {
 public:
  DistanceBias() = default;
  DistanceBias(Index heads, Index queries, Index keys, Index first_position);

  /// Of the head's logits.
  [[nodiscard]] AttentionHead<float>::Broadcast<float> of(Index head) const;

  /// The bias at key position − query position = `distance`.
  [[nodiscard]] float& at(Index head, Index distance);
  [[nodiscard]] Index least_distance() const { return -(first_position_ + queries_ - 1); }
  [[nodiscard]] Index most_distance() const { return keys_ - 1 - first_position_; }

 private:
  Index queries_ = 0;
  Index keys_ = 0;
  Index first_position_ = 0;
  std::vector<float> values_;  ///< (heads × queries + keys − 1)
};

/// slope · distance.
[[nodiscard]] DistanceBias alibi_bias(const AlibiConfig& config, Index queries, Index keys, Index first_position);

/// ALiBi by the keys' positions: scale · slope · position, for each head and key. Positions count only `visible` keys, where any is
/// hidden.
[[nodiscard]] std::vector<float> alibi_of_keys(const AlibiConfig& config, Index keys,
                                               std::span<const std::uint8_t> visible);

/// The learned bias of the distance's bucket; `table` is (buckets × heads).
[[nodiscard]] DistanceBias relative_bias(const RelativeBiasConfig& config, std::span<const float> table, Index heads,
                                         Index queries, Index keys, Index first_position);

/// The bucket of a distance (key − query) of `config`: half of the buckets are for single distances, the others grow
/// logarithmically up to max_distance.
[[nodiscard]] Index relative_bucket(const RelativeBiasConfig& config, Index distance);

/// The row of the table of relative positions that belongs to a distance (query − key).
[[nodiscard]] Index disentangled_row(const DisentangledConfig& config, Index distance);

}  // namespace heed
