#pragma once

#include <optional>
#include <vector>

#include "heed/model/architecture/attention_config.h"

namespace heed {

/// y = W_out f(x W_in), or W_out (f(gate) · up) where gated.
struct FeedForwardConfig {
  ActivationFunction activation = ActivationFunction::kGeluTanh;  ///< f
  Index width = 0;                                                ///< components of f(…), which the output takes
  std::vector<LinearConfig> inputs = {};  ///< their outputs lie side by side in the columns that follow
  bool gated = false;                     ///< f(gate) · up in place of f(x W_in)
  Index gate_first = 0;                   ///< first column of what the activation is taken of
  Index up_first = 0;                     ///< first column of what it is multiplied by, where gated
  LinearConfig output = {};               ///< W_out: from `width` to the width of the model
};

/// The norms around attention or feed-forward f, and how its result joins the residual:
///   y = x + multiplier · scale ⊙ after_output(f(before(x))),   then after_sum(y).
struct SublayerConfig {
  std::optional<NormConfig> before = {};        ///< of what f takes; none: f takes x
  std::optional<NormConfig> after_output = {};  ///< of what f gives
  std::optional<NormConfig> after_sum = {};     ///< of the sum with the residual
  double multiplier = 1;                        ///< of what is added
  std::string scale = {};                       ///< a factor for each component (layer scale); empty: none
  bool residual_after_before = false;           ///< the residual is before(x) in place of x
};

/// One layer of a transformer.
struct BlockConfig {
  AttentionConfig attention;                       ///< among the tokens of the stack itself
  SublayerConfig around_attention;                 ///< its norms and its residual
  std::optional<AttentionConfig> cross_attention;  ///< of a decoder's tokens to an encoder's output
  SublayerConfig around_cross_attention;           ///< its norms and its residual
  FeedForwardConfig feed_forward;                  ///< of each token by itself
  SublayerConfig around_feed_forward;              ///< its norms and its residual
  /// Attention and feed-forward both see the block's input, and both are added to it. Where `around_feed_forward` has no norm
  /// before, feed-forward takes what attention takes.
  bool parallel = false;
};

}  // namespace heed
