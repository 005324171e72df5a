#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "heed/kernels/attention_kernel.h"
#include "heed/kernels/model_kernel.h"
#include "heed/kernels/training_kernel.h"

// CMake compiles this file with SSE4 turned on.
#ifdef __x86_64__
namespace heed::kernels::sse4 {

#define HEED_KERNELS_NAME "SSE4"
// clang-format off: each needs those before it
#include "heed/kernels/attention/attention_kernel.inc"
#include "heed/kernels/training/training_kernel.inc"
#include "heed/kernels/model/model_kernel.inc"
// clang-format on

}  // namespace heed::kernels::sse4
#endif
