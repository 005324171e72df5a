#pragma once

#include "heed/attention_head.h"
#include "heed/matrix.h"

namespace heed {

/// Logits s_ij of queries row… and keys column…, as many as `logits` has rows and columns; −∞ where hidden.
template <typename Scalar>
void logits_tile(const AttentionHead<Scalar>& head, Index row, Index column, const MatrixView<Scalar>& logits);

/// output += weights · V for queries row… and keys column…. Where V holds NaN or infinity the product is taken term by
/// term without the hidden keys, because 0 · NaN is NaN.
template <typename Scalar>
void add_weighted_values(const AttentionHead<Scalar>& head, Index row, Index column,
                         const MatrixView<const Scalar>& weights, const MatrixView<Scalar>& output);

}  // namespace heed
