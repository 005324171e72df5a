#pragma once

#include "../js_values.h"
#include "heed/training/training_options.h"

namespace heed::js {

/// From an object like { layers: 2, learningRate: 0.003 }; what it does not have stays as it is by default. Throws
/// std::invalid_argument for what is no option or no value of it.
[[nodiscard]] TrainingOptions training_options(const val& object);

/// All of them, under the same names.
[[nodiscard]] val to_js(const TrainingOptions& options);

}  // namespace heed::js
