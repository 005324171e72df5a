#pragma once

#include <span>

#include "heed/tensor/tensor.h"

namespace heed {

/// Jensen-Shannon divergence of two distributions with weight ½ each, in nats (J. Lin, "Divergence Measures Based on the
/// Shannon Entropy", 1991, equation 4.1 with π = ½): with m = (p + q) / 2,
///   JS = ½ Σ_j p_j ln(p_j / m_j) + ½ Σ_j q_j ln(q_j / m_j),   0 ln 0 = 0.
/// 0 where they are the same, ln 2 where they have nothing in common; symmetric; NaN where one holds NaN. Throws
/// std::invalid_argument where their lengths differ.
template <typename Scalar>
[[nodiscard]] double jensen_shannon(std::span<const Scalar> p, std::span<const Scalar> q);

/// The mean of the divergences of two matrices' rows, which have `keys` numbers each; 0 where there are no rows. Throws
/// std::invalid_argument where the matrices differ in size, or are no whole rows.
template <typename Scalar>
[[nodiscard]] double mean_row_divergence(std::span<const Scalar> one, std::span<const Scalar> other, Index keys);

/// How unlike the heads of weights (batch, heads, queries, keys) look: (1, 1, heads, heads), the mean over the queries of
/// all batches of the divergence of two heads' rows. A query to which either head gives nothing (a masked row) is left out;
/// 0 where none is left.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> head_divergence(const TensorView<Scalar>& weights);

}  // namespace heed
