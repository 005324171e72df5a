#include "heed/model/architecture/rotary_config.h"
#include "heed/model/families/families.h"
#include "heed/model/families/gemma_like.h"

namespace heed::families {

/// Gemma 3 (text): queries and keys are normed; every sixth layer is full, with rotary positions of its own.
ArchitectureConfig gemma3(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = gemma_like(fields, weights, {.key_value_heads = 4, .theta = 1000000});
  add_gemma2_layers(fields, architecture, weights, 0, 0);
  StackConfig& stack = *architecture.decoder;
  set_head_norms(stack, weights, gemma_norm, fields, HeadNormConfig::Scope::kHead);
  const Index head_dim = stack.blocks.front().attention.head_dim;
  const auto pattern = fields.size(fields.name_of({"sliding_window_pattern", "_sliding_window_pattern"}), 6);
  const RotaryConfig full =
      rotary_config(fields, {.head_dim = head_dim, .theta = 1000000, .layer_type = "full_attention"});
  // Written before transformers 5 as a field of its own, and never scaled.
  const RotaryDefaults sliding_defaults{
      .head_dim = head_dim, .theta = fields.number("rope_local_base_freq", 10000.0), .layer_type = "sliding_attention"};
  const Fields parameters = fields.object("rope_parameters").object("sliding_attention");
  const RotaryConfig sliding = rotary_config(fields, parameters, sliding_defaults);
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    AttentionConfig& attention = stack.blocks[i].attention;
    const bool is_sliding = slides(fields, static_cast<Index>(i), (static_cast<Index>(i) + 1) % pattern != 0);
    attention.rotary = is_sliding ? sliding : full;
    if (is_sliding) set_window(attention, fields.size("sliding_window", 4096));
  }
  return architecture;
}

}  // namespace heed::families
