#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "heed/kernels/attention_kernel.h"
#include "heed/kernels/model_kernel.h"
#include "heed/kernels/training_kernel.h"

// CMake compiles this file with AVX2 turned on.
#ifdef __x86_64__
namespace heed::kernels::avx2 {

#define HEED_KERNELS_NAME "AVX2"
// clang-format off: each needs those before it
#include "heed/kernels/attention/attention_kernel.inc"
#include "heed/kernels/training/training_kernel.inc"
#include "heed/kernels/model/model_kernel.inc"
// clang-format on

}  // namespace heed::kernels::avx2
#endif
