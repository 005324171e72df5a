#pragma once

#include "heed/tensor/tensor.h"

namespace heed {

/// How a transformer knows the positions of its tokens.
enum class Positions { kNone, kLearned, kSinusoidal, kRotary };
/// How the inputs of sublayers are normed.
enum class Norm { kLayer, kRms };
/// The activation of the sublayers after attention, or that there are none.
enum class FeedForward { kNone, kGelu, kSwiGlu };

/// What a transformer is made of. The defaults are the smallest network in which induction heads form.
struct TransformerConfig {
  Index vocabulary = 32;                          ///< how many tokens there are
  Index context = 32;                             ///< the longest sequence
  Index layers = 2;                               ///< one after the other
  Index heads = 4;                                ///< of each layer
  Index kv_heads = 0;                             ///< 0: as many as `heads`
  Index d_model = 64;                             ///< numbers of a hidden state, a multiple of `heads`
  FeedForward feed_forward = FeedForward::kNone;  ///< kNone: attention only
  Index d_ff = 0;                                 ///< 0: 4 d_model
  Positions positions = Positions::kRotary;       ///< how it knows them
  double rotary_base = 10000;                     ///< of the angles of rotary positions
  Norm norm = Norm::kLayer;                       ///< of the inputs of sublayers
  double norm_epsilon = 1e-5;                     ///< added to the variance
  bool causal = true;                             ///< a token sees only itself and those before it
  bool scaled = true;                             ///< whether logits are divided by √d_k
  bool bias = false;                              ///< of linear maps and layer norms
  bool tied = false;                              ///< the output map is the embedding, transposed

  /// Components of a head's query, key and value.
  [[nodiscard]] Index head_dim() const { return d_model / heads; }
  /// How many heads keys and values have.
  [[nodiscard]] Index key_value_heads() const { return kv_heads == 0 ? heads : kv_heads; }
  /// Components inside the feed-forward network.
  [[nodiscard]] Index hidden() const { return d_ff == 0 ? 4 * d_model : d_ff; }
};

/// Throws std::invalid_argument that names the values that are out of range or clash.
void check(const TransformerConfig& config);

}  // namespace heed
