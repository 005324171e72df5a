#include "heed/model/families/families.h"
#include "heed/model/families/gemma_like.h"

namespace heed::families {

/// Gemma 2: every other layer slides, from the first on.
ArchitectureConfig gemma2(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = gemma_like(fields, weights, {.key_value_heads = 4});
  add_gemma2_layers(fields, architecture, weights, 50, 30);
  std::vector<BlockConfig>& blocks = architecture.decoder->blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (slides(fields, static_cast<Index>(i), i % 2 == 0))
      set_window(blocks[i].attention, fields.size("sliding_window", 4096));
  return architecture;
}

}  // namespace heed::families
