#pragma once

#include "heed/model/architecture/attention_config.h"
#include "heed/model/architecture/fields.h"

namespace heed {

/// What a family knows of its rotary positions before the configuration's fields are read.
struct RotaryDefaults {
  Index head_dim = 0;                ///< components of a head's query and key
  double theta = 10000;              ///< pair i turns by position · theta^(−2i / size)
  double partial = 1;                ///< the part of a head's components that turn
  std::string_view layer_type = {};  ///< where rope_parameters has an object for each type of layer, the one to take
};

/// The rotary positions of a configuration: `rope_parameters`, or, as written before transformers 5, `rope_theta`,
/// `rope_scaling` and `partial_rotary_factor`. Throws std::invalid_argument naming what is not supported.
[[nodiscard]] RotaryConfig rotary_config(const Fields& fields, const RotaryDefaults& defaults);

/// The same of an object of rope parameters (rope_type, rope_theta, factor, …); `fields` are those around it.
[[nodiscard]] RotaryConfig rotary_config(const Fields& fields, const Fields& parameters,
                                         const RotaryDefaults& defaults);

}  // namespace heed
