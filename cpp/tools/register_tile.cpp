#include <stddef.h>
#include <stdint.h>

// The most that a processor can do with multiplications and additions: a register tile in a loop that does nothing else. Compiled
// for each instruction set like the kernels.

namespace HEED_VERSION {
#include "heed/kernels/simd/simd.inc"
}

#define HEED_JOIN_(a, b) a##b
#define HEED_JOIN(a, b) HEED_JOIN_(a, b)

/// Runs the tile `steps` times over the first 32 numbers of `x`, and overwrites them. Returns its floating-point operations.
#ifdef __wasm__
extern "C" double register_tile(float* x, int steps) {
#else
double HEED_JOIN(register_tile_, HEED_VERSION)(float* x, int steps);
double HEED_JOIN(register_tile_, HEED_VERSION)(float* x, int steps) {
#endif
  using namespace HEED_VERSION;
#if defined(__AVX512F__) || defined(__aarch64__)
  constexpr int kRows = 6;
  constexpr int kColumns = 4;
#elif defined(__FMA__) || defined(__wasm_relaxed_simd__)
  constexpr int kRows = 6;
  constexpr int kColumns = 2;
#else
constexpr int kRows = 5;
constexpr int kColumns = 2;
#endif
  Floats sum[kRows][kColumns];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v) sum[r][v] = splat(x[r]);
  Floats column[kColumns];
#pragma GCC unroll 4
  for (int v = 0; v < kColumns; ++v) column[v] = splat(x[v]);
  Floats row = splat(x[8]);
  for (int step = 0; step < steps; ++step) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kColumns; ++v) sum[r][v] = multiply_add(row, column[v], sum[r][v]);
#ifndef __wasm__
    asm volatile("" : : "r"(x) : "memory");
#endif
  }
  Floats total = Floats{};
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v) total += sum[r][v];
  store(x + 16, total);
  return 2.0 * kRows * kColumns * static_cast<double>(kLanes) * steps;
}
