#pragma once

#include <vector>

#include "heed/kernels/attention_kernel.h"
#include "heed/kernels/model_kernel.h"
#include "heed/kernels/training_kernel.h"

namespace heed::kernels {

/// The versions of the kernels that this processor can run, fastest first; never empty. The environment's HEED_KERNELS
/// ("AVX-512", "AVX2", "SSE4") leaves out those before the one that it names: for the numbers of a lesser processor. Throws
/// std::invalid_argument where it names none.
[[nodiscard]] const std::vector<KernelSet>& available();
[[nodiscard]] const std::vector<TrainingKernelSet>& available_for_training();
[[nodiscard]] const std::vector<ModelKernelSet>& available_for_models();

}  // namespace heed::kernels
