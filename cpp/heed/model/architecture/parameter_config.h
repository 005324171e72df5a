#pragma once

#include <cstdint>
#include <string>

#include "heed/ops/activations/activation_function.h"
#include "heed/tensor/tensor.h"

namespace heed {

// Parameters are named as the checkpoint names them; an empty name means that there is none.

/// y = x Wᵀ + b
struct LinearConfig {
  std::string weight = {};    ///< W, (outputs × inputs)
  std::string bias = {};      ///< b, (outputs); empty: none
  Index inputs = 0;           ///< components of x
  Index outputs = 0;          ///< components of y
  bool inputs_first = false;  ///< stored as (inputs × outputs), as GPT-2's Conv1D, not (outputs × inputs)
};

/// y = x̂ · gain + bias, where x̂ is x over its root mean square (kRms) or, less its mean, over its standard deviation
/// (kLayer).
struct NormConfig {
  /// What x is divided by.
  enum class Kind : std::uint8_t {
    kLayer,  ///< the standard deviation, after its mean was taken off (J. L. Ba et al., "Layer Normalization", 2016)
    kRms,    ///< the root mean square (B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", 2019)
  };

  Kind kind = Kind::kLayer;    ///< what x is divided by
  double epsilon = 1e-5;       ///< added to the variance or the mean square under the root
  std::string weight = {};     ///< empty: gain 1
  std::string bias = {};       ///< empty: none
  bool gain_adds_one = false;  ///< the gain is 1 + weight
};

}  // namespace heed
