#include "heed/training/transformer/transformer_config.h"

#include <cmath>

#include "heed/tensor/detail/single_precision.h"

namespace heed {

void check(const TransformerConfig& config) {
  const auto within = [](const char* name, Index value, Index least, Index most) {
    require(value >= least && value <= most, {name, " is ", value, "; it must be from ", least, " to ", most});
  };
  constexpr Index kMost = 1 << 16;
  within("the vocabulary", config.vocabulary, 2, kMost);
  within("the context", config.context, 1, kMost);
  within("the number of layers", config.layers, 1, 256);
  within("the number of heads", config.heads, 1, kMost);
  within("d_model", config.d_model, 1, kMost);
  within("d_ff", config.d_ff, 0, 4 * kMost);
  within("the number of key/value heads", config.kv_heads, 0, config.heads);
  require(config.d_model % config.heads == 0,
          {"d_model ", config.d_model, " is not divisible by ", config.heads, " heads"});
  require(config.heads % config.key_value_heads() == 0,
          {"there are ", config.heads, " heads, which is not a multiple of ", config.kv_heads, " key/value heads"});
  require(config.positions != Positions::kRotary || config.head_dim() % 2 == 0,
          {"rotary positions turn pairs of components, but d_model ", config.d_model, " with ", config.heads,
           " heads leaves ", config.head_dim(), " for each"});
  require(std::isfinite(config.rotary_base) && config.rotary_base > 0,
          {"the rotary base is ", config.rotary_base, "; it must be finite and above 0"});
  require(config.norm_epsilon > 0 && is_held_in_single_precision(config.norm_epsilon),
          {"the norms' epsilon is ", config.norm_epsilon, "; it must be from 1.18e-38 to 3.4e38"});
}

}  // namespace heed
