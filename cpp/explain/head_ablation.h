#pragma once

#include <span>

#include "heed/attention/multi_head.h"

namespace heed::explain {

/// How far the output of multi-head attention moves where some heads count as 0, ‖output′ − output‖ / ‖output‖: 0 without
/// any, 1 without all of them (after P. Michel et al., "Are Sixteen Heads Really Better than One?", 2019, equation 1, whose
/// mask variables ξ_h are 0 for the heads that are off).
///
/// @param heads  what each head gives before W^O: (batch, heads, length, d_v)
/// @param off    numbers of heads; one named twice is off once
///
/// Throws std::invalid_argument for a head that there is not, and as `join_heads` does.
template <typename Scalar>
[[nodiscard]] double ablation_shift(const TensorView<Scalar>& heads, const MultiHead<Scalar>& weights,
                                    std::span<const Index> off);

}  // namespace heed::explain
