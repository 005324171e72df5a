#pragma once

#include <cstdint>
#include <span>

#include "heed/ops/matrix.h"

namespace heed {

/// Row i of x becomes row tokens[i] of the table (vocabulary × d).
template <typename Scalar>
void embed(std::span<const std::int32_t> tokens, const Scalar* table, const MatrixView<Scalar>& x);

/// Adds row i of ∂x to row tokens[i] of the table's gradient.
template <typename Scalar>
void embed_backward(std::span<const std::int32_t> tokens, const MatrixView<const Scalar>& x_gradient,
                    Scalar* table_gradient);

/// Sinusoidal positions (Vaswani et al. 2017, section 3.5): component 2i of position p is sin(p / 10000^(2i/d)), component
/// 2i + 1 its cosine. (length × d)
template <typename Scalar>
[[nodiscard]] std::vector<Scalar> sinusoidal_positions(Index length, Index d_model);

}  // namespace heed
