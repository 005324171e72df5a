#pragma once

#include "heed/attention/attention.h"

namespace heed {

/// A picture of a part of an attention matrix too large to be kept: queries [row, row + rows) and keys
/// [column, column + columns) of one head, in cells of row_block × column_block weights (fewer at the far edges).
struct MapRequest {
  Index row = 0;           ///< the first query
  Index rows = 0;          ///< how many queries
  Index row_block = 1;     ///< queries in a cell
  Index column = 0;        ///< the first key
  Index columns = 0;       ///< how many keys
  Index column_block = 1;  ///< keys in a cell
};

/// Each (1, 1, ⌈rows / row_block⌉, ⌈columns / column_block⌉).
template <typename Scalar>
struct AttentionMap {
  Tensor<Scalar> largest;  ///< the largest weight of the cell's block, exactly; the weight itself in blocks of 1 × 1
  Tensor<Scalar> sum;      ///< the sum of the block's weights: the attention that its queries pay its keys
};

/// The map of a head, recomputed tile by tile as exp(s_ij − lse_i) in memory that grows with the map and not with
/// rows × columns.
///
/// @param query        (1, 1, queries, d_k)
/// @param key          (1, 1, keys, d_k)
/// @param log_sum_exp  (1, 1, queries, 1), as `attention` returns it; only [row, row + rows) is read
/// @param before       cells as they are without these queries, into which the queries are taken: so a row of cells can be made a
///                     few queries at a time; empty where there are none
///
/// Throws std::invalid_argument for shapes and options as `attention` does, for more than one head, for a part that does
/// not lie within (queries × keys), for blocks smaller than 1, and where `before` has other cells; OutOfMemory naming the size.
template <typename Scalar>
[[nodiscard]] AttentionMap<Scalar> attention_map(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                                 const TensorView<Scalar>& log_sum_exp, const MapRequest& request,
                                                 const AttentionOptions<Scalar>& options = {},
                                                 AttentionMap<Scalar> before = {});

}  // namespace heed
