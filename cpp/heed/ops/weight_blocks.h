#pragma once

#include <cstddef>
#include <span>

#include "heed/tensor/element_type.h"

namespace heed {

// Weights in blocks of 32 numbers that share one float32 scale: number = scale · level, with a level of 8 bits (Q8) or 4 bits
// (Q4). A row is a whole number of blocks, padded with 0. Byte i of a Q4 block holds levels i (low) and i + 16 (high), each
// plus 8.
//
// The error of a number is at most half a scale. A scale is max|w| / 127 for Q8, so that the error is at most 0.4 % of the
// block's largest number. For Q4 it is max|w| / 8, the largest number being level −8; a number of the other sign that would be
// level 8 is level 7, with an error of at most one scale.

/// Weights of a block.
inline constexpr Index kBlockWeights = 32;

/// Blocks in a row of `inputs` numbers.
[[nodiscard]] constexpr Index blocks_of(Index inputs) { return inputs / kBlockWeights + (inputs % kBlockWeights != 0); }

/// Bytes of a block's levels, without its scale.
[[nodiscard]] constexpr Index block_bytes(ElementType type) {
  return type == ElementType::kQ8 ? kBlockWeights : kBlockWeights / 2;
}

/// One row in blocks: `levels` has blocks · block_bytes bytes, `scales` one number a block. Throws std::invalid_argument at a
/// number that is not finite.
void to_blocks(ElementType type, std::span<const float> row, std::span<std::byte> levels, std::span<float> scales);

/// The numbers that a row in blocks stands for.
void from_blocks(ElementType type, std::span<const std::byte> levels, std::span<const float> scales,
                 std::span<float> row);

}  // namespace heed
