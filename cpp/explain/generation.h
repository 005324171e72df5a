#pragma once

#include "heed/attention/attention.h"
#include "heed/ops/difference.h"

namespace heed::explain {

/// Attention when the last of some tokens arrives, with and without what was kept from before.
template <typename Scalar>
struct GenerationStep {
  AttentionResult<Scalar> whole;  ///< of all tokens so far, computed anew: (batch, heads, tokens, ·), with weights
  AttentionResult<Scalar> added;  ///< of the new token alone, over keys and values that were kept: (batch, heads, 1, ·)
  Difference weights;             ///< between the row added and the last row of the whole
  Difference output;              ///< the same of the outputs
  Difference earlier;  ///< between the outputs of the earlier tokens in the whole, and before the new one arrived
};

/// What causal masking is for when tokens are generated one at a time: a row never changes once it is there, so that keys
/// and values can be kept and each new token adds one row (`earlier` is 0 but for rounding). Without it every token sees the
/// newest, and all rows change.
///
/// @param query, key, value  (batch, heads, tokens, ·) of the tokens so far
/// @param options            as for `attention` of all tokens; its query_offset is set here, and for fewer tokens rows and
///                           columns are taken of its mask and bias, and key lengths end with the tokens
///
/// Throws std::invalid_argument as `attention` does, and where there is no token or not as many keys as queries.
template <typename Scalar>
[[nodiscard]] GenerationStep<Scalar> generation_step(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                                     const TensorView<Scalar>& value,
                                                     const AttentionOptions<Scalar>& options);

}  // namespace heed::explain
