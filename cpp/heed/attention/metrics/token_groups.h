#pragma once

#include <span>

#include "heed/tensor/tensor.h"

namespace heed {

/// The weights of one head between groups of tokens, of which words are some: from a group of queries to a group of keys the mean over the
/// queries of the sum over the keys, so that a row adds up to what the rows of its queries do on average. Added in double precision.
/// (1, 1, groups of queries, groups of keys)
///
/// @param weights       (1, 1, queries, keys)
/// @param query_groups  of each query the number of its group, from 0; −1 where it is in none
/// @param key_groups    the same of each key
///
/// Throws std::invalid_argument for more than one head, where there are not as many numbers as tokens, for numbers that are not from −1
/// to the number of tokens less 1, and where a group below the largest has no token; OutOfMemory naming the size.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> weights_between_groups(const TensorView<Scalar>& weights,
                                                    std::span<const std::int32_t> query_groups,
                                                    std::span<const std::int32_t> key_groups);

}  // namespace heed
