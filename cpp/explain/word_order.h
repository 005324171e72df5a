#pragma once

#include <span>

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// How attention is told where its tokens are.
enum class WordPositions {
  kNone,
  kSinusoids,     ///< added to the tokens: A. Vaswani et al., "Attention Is All You Need", 2017, section 3.5
  kRotary,        ///< queries and keys are rotated: J. Su et al., "RoFormer", 2021, equation 15
  kRelativeBias,  ///< −|i − j| / 2 is added to the logits: O. Press et al., "Train Short, Test Long", 2022, section 3,
                  ///< whose slope is 2^(−8/heads) for one of eight heads, on both sides of the query
};

/// Attention of a few words in some order.
struct WordOrder {
  Tensor<float> logits;   ///< (1, 1, words, words): by positions, q_i·k_j / √d_k and what positions add
  Tensor<float> weights;  ///< (1, 1, words, words)
  Tensor<float> effect;   ///< (1, 1, words, words): logits minus those without positions
  Tensor<float> output;   ///< (1, 1, words, dim)
  Tensor<float>
      change;  ///< (1, 1, 1, words): of word order[i] at place i, the length of its output's difference from the
               ///< one that it has in the original order
};

/// Every word's vector is its query, its key and its value, so that nothing but positions tells the words' places.
///
/// @param words  (1, 1, words, dim), in their original order; dim even
/// @param order  which word is at each position, each word once
///
/// Throws std::invalid_argument for another shape or an order that is none.
[[nodiscard]] WordOrder word_order(const TensorView<float>& words, std::span<const int> order, WordPositions positions);

/// PE(p, 2i) = sin(p / 10000^(2i/dim)), PE(p, 2i + 1) = cos(p / 10000^(2i/dim)): (1, 1, length, dim), dim even.
[[nodiscard]] Tensor<float> sinusoids(Index length, Index dim);

}  // namespace heed::explain
