#include "heed/model/load_model.h"

#include <limits>
#include <utility>

#include "heed/model/architecture/parse_fields.h"
#include "heed/model/families/family.h"

namespace heed {

LoadedModel load_model(ModelFiles files, std::optional<ElementType> as) {
  const Weights weights(std::move(files.tensors));
  const Fields config = parse_fields(files.config);
  ArchitectureConfig architecture = read_architecture(config, weights);
  if (architecture.kind == ModelKind::kDecoder)
    config.require_flag("is_causal", true, "decoders whose tokens see those after them are not supported");
  if (!files.generation_config.empty()) {
    const Fields generation = parse_fields(files.generation_config, "generation_config.json");
    if (generation.has("eos_token_id"))
      architecture.end_tokens = generation.sizes("eos_token_id", 0, std::numeric_limits<std::int32_t>::max());
    if (generation.has("decoder_start_token_id"))
      architecture.decoder_start_token = generation.size("decoder_start_token_id", {}, 0, architecture.vocabulary - 1);
    if (architecture.decoder) architecture.generation = generation_rules(generation, architecture.vocabulary);
  } else if (architecture.decoder) {
    // Where older checkpoints have them.
    architecture.generation = generation_rules(config, architecture.vocabulary);
  }
  Model model(std::move(architecture), weights, as);
  if (!model.uses_files()) files.owners.clear();
  return {std::move(files.owners), std::move(model)};
}

}  // namespace heed
