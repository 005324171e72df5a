#pragma once

#include <cstdint>

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// A head built by hand, to have something long to look at: no model, nothing trained.
struct HandmadeHead {
  Tensor<float> query;  ///< (1, 1, tokens, 64)
  Tensor<float> key;    ///< (1, 1, tokens, 64)
};

struct HandmadeOptions {
  Index tokens = 16384;
  Index stride = 0;  ///< tokens between the strided peaks; 0: a 24th of the tokens
  std::uint32_t seed = 42;
};

/// Queries and keys whose logits q·k/√64 add up from three parts and a little noise:
///   local    Σ_f cos(ω_f (i − j)) over 16 geometric frequencies: high where j is near i;
///   strided  Σ_h cos(2π h (i − j) / stride) over 8 harmonics: high where i − j is a multiple of the stride;
///   sink     a constant for key 0, which has no part in the others.
/// Their heights grow with ln(tokens), because a row's even share falls as 1 / tokens.
/// Throws std::invalid_argument for fewer than 1 token or a negative stride; OutOfMemory naming the size.
[[nodiscard]] HandmadeHead make_handmade_head(const HandmadeOptions& options = {});

}  // namespace heed::explain
