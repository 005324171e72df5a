#include "heed/kernels/attention_kernel.h"
#include "heed/kernels/model_kernel.h"
#include "heed/kernels/training_kernel.h"

// WebAssembly SIMD, with or without relaxed SIMD; NEON; whatever else the compiler makes of vectors of four.
#ifndef __x86_64__
namespace heed::kernels::baseline {

#if defined(__wasm_relaxed_simd__)
#define HEED_KERNELS_NAME "relaxed SIMD"
#elif defined(__wasm_simd128__)
#define HEED_KERNELS_NAME "SIMD"
#elif defined(__aarch64__)
#define HEED_KERNELS_NAME "NEON"
#else
#define HEED_KERNELS_NAME "baseline"
#endif
// clang-format off: each needs those before it
#include "heed/kernels/attention/attention_kernel.inc"
#include "heed/kernels/training/training_kernel.inc"
#include "heed/kernels/model/model_kernel.inc"
// clang-format on

}  // namespace heed::kernels::baseline
#endif
