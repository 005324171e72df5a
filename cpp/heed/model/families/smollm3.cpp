#include "heed/model/families/families.h"
#include "heed/model/families/llama_like.h"

namespace heed::families {

/// SmolLM3: some layers have no rotary positions.
ArchitectureConfig smollm3(const Fields& fields, const Weights& weights) {
  const bool bias = fields.flag("attention_bias", false);
  ArchitectureConfig architecture = llama_like(fields, weights,
                                               {.query_key_value_bias = bias,
                                                .output_bias = bias,
                                                .feed_forward_bias = fields.flag("mlp_bias", false),
                                                .tied = true,
                                                .key_value_heads = 4,
                                                .function = activation(fields, "hidden_act", "silu"),
                                                .theta = 2000000});
  std::vector<BlockConfig>& blocks = architecture.decoder->blocks;
  const std::vector<Index> turns = fields.sizes("no_rope_layers", 0, 1);  // 1 where a layer has them
  const Index interval = fields.size("no_rope_layer_interval", 4);
  if (!turns.empty() && turns.size() < blocks.size())
    fields.refuse("no_rope_layers", message({"it must be a list of ", static_cast<Index>(blocks.size())}));
  const bool uses_window = fields.flag("use_sliding_window", false) && fields.has("sliding_window");
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto layer = static_cast<Index>(i);
    const bool turned = turns.empty() ? (layer + 1) % interval != 0 : turns[i] != 0;
    if (!turned) blocks[i].attention.rotary = {};
    if (slides(fields, layer, uses_window && !turned)) set_window(blocks[i].attention, fields.size("sliding_window"));
  }
  return architecture;
}

}  // namespace heed::families
