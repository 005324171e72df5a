#pragma once

#include <cstdint>
#include <string>

#include "heed/ops/activations/activation_function.h"
#include "heed/tensor/tensor.h"

namespace heed {

// Parameters are named as the checkpoint names them; an empty name means that there is none.

/// y = x Wᵀ + b
struct LinearConfig {
  std::string weight = {};
  std::string bias = {};
  Index inputs = 0;
  Index outputs = 0;
  bool inputs_first = false;  ///< stored as (inputs × outputs), as GPT-2's Conv1D, not (outputs × inputs)
};

/// y = x̂ · gain + bias, where x̂ is x over its root mean square (kRms) or, less its mean, over its standard deviation
/// (kLayer).
struct NormConfig {
  enum class Kind : std::uint8_t { kLayer, kRms };

  Kind kind = Kind::kLayer;
  double epsilon = 1e-5;
  std::string weight = {};     ///< empty: gain 1
  std::string bias = {};       ///< empty: none
  bool gain_adds_one = false;  ///< the gain is 1 + weight
};

}  // namespace heed
