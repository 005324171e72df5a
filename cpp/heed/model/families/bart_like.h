#pragma once

#include "heed/model/families/parts.h"

namespace heed::families {

/// What relatives of BART choose.
struct BartLike {
  bool has_embedding_norm = true;
  bool sinusoidal = false;  ///< positions, from 0; else learned, from 2
};

/// An encoder-decoder with a norm after each sum, named as BART's.
[[nodiscard]] ArchitectureConfig bart_like(const Fields& fields, const Weights& weights, const BartLike& choices);

}  // namespace heed::families
