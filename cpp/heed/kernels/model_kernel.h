#pragma once

#include <stddef.h>

#include "heed/kernels/attention_kernel.h"

// What models ask of the kernels besides attention_kernel.h, in a set of its own, so that programs without models do not
// carry it: linear layers, and attention where a text grows by a token.

namespace heed::kernels {

/// How weights lie: numbers of 32 or 16 bits, or blocks as heed/ops/weight_blocks.h says.
enum class WeightFormat { kF32, kF16, kBF16, kQ8, kQ4 };

/// y = x Wᵀ + bias for the outputs [first, last), with x (rows × inputs) and y (rows × outputs).
struct LinearLayer {
  const float* x;
  ptrdiff_t x_stride;
  ptrdiff_t rows;
  ptrdiff_t inputs;
  const unsigned char* weights;  ///< need not be aligned
  WeightFormat format;
  ptrdiff_t stride;     ///< bytes from one stored row to the next
  bool inputs_first;    ///< rows are of inputs, not of outputs; never of blocks
  const float* scales;  ///< (outputs × blocks) of blocks
  ptrdiff_t first;
  ptrdiff_t last;
  const float* bias;  ///< of output 0 on; null: none
  float* y;           ///< of output 0 on
  ptrdiff_t y_stride;
};

constexpr ptrdiff_t kLinearRows = 512;   ///< rows of x that share a pass over the weights
constexpr ptrdiff_t kLinearDepth = 256;  ///< inputs of one register tile
constexpr ptrdiff_t kLinearStrip = 64;   ///< most outputs of one register tile
constexpr ptrdiff_t kLinearPanel = 256;  ///< outputs whose weights are packed together, read in long runs
/// Floats between packed strips, so that they do not meet in the same lines of the cache.
constexpr ptrdiff_t kLinearGap = 16;

/// Floats of scratch memory that the kernel needs.
constexpr ptrdiff_t linear_workspace_size(ptrdiff_t rows) {
  // Strips are of at least 4 outputs.
  return ((rows < kLinearRows ? rows : kLinearRows) + kLinearPanel) * kLinearDepth + kLinearPanel / 4 * kLinearGap;
}

/// One instruction set's versions.
struct ModelKernelSet {
  const char* name;
  /// `workspace` has linear_workspace_size(rows) floats and starts on 64 bytes.
  void (*apply)(const LinearLayer& layer, float* workspace);
  /// Streaming attention of a block of one query without mask and bias. `workspace` has kTileKeys + dim + value_dim
  /// floats.
  AttentionKernel attend_one;
};

}  // namespace heed::kernels
