#pragma once

#include "heed/model/families/family.h"

namespace heed::families {

// Decoders.
[[nodiscard]] ArchitectureConfig gpt2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig llama(const Fields& fields, const Weights& weights);

// Encoders.
[[nodiscard]] ArchitectureConfig bert(const Fields& fields, const Weights& weights);

// Encoder-decoders.
[[nodiscard]] ArchitectureConfig t5(const Fields& fields, const Weights& weights);

}  // namespace heed::families
