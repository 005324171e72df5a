#pragma once

#include <optional>
#include <vector>

#include "heed/model/architecture/attention_config.h"

namespace heed {

/// y = W_out f(x W_in), or W_out (f(gate) · up) where gated.
struct FeedForwardConfig {
  ActivationFunction activation = ActivationFunction::kGeluTanh;
  Index width = 0;
  std::vector<LinearConfig> inputs = {};  ///< their outputs lie side by side in the columns that follow
  bool gated = false;
  Index gate_first = 0;  ///< first column of what the activation is taken of
  Index up_first = 0;    ///< first column of what it is multiplied by, where gated
  LinearConfig output = {};
};

/// The norms around attention or feed-forward f, and how its result joins the residual:
///   y = x + multiplier · scale ⊙ after_output(f(before(x))),   then after_sum(y).
struct SublayerConfig {
  std::optional<NormConfig> before = {};
  std::optional<NormConfig> after_output = {};
  std::optional<NormConfig> after_sum = {};
  double multiplier = 1;
  std::string scale = {};              ///< a factor for each component (layer scale); empty: none
  bool residual_after_before = false;  ///< the residual is before(x) in place of x
};

/// One layer of a transformer.
struct BlockConfig {
  AttentionConfig attention;
  SublayerConfig around_attention;
  std::optional<AttentionConfig> cross_attention;
  SublayerConfig around_cross_attention;
  FeedForwardConfig feed_forward;
  SublayerConfig around_feed_forward;
  /// Attention and feed-forward both see the block's input, and both are added to it. Where `around_feed_forward` has no norm
  /// before, feed-forward takes what attention takes.
  bool parallel = false;
};

}  // namespace heed
