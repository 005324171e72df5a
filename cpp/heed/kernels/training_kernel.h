#pragma once

#include <stddef.h>

// What training asks of the kernels besides attention_kernel.h, in a set of its own, so that programs that don't train do not
// carry it. Matrices are row-major; where no stride is given, rows lie one after the other.

namespace heed::kernels {

/// x (rows × columns) becomes softmax(scale · x) along its rows, over the first `visible` + i · `visible_step` columns of row i,
/// and 0 beyond; at least one and at most all are visible.
struct SoftmaxRows {
  float* x;
  ptrdiff_t stride;
  ptrdiff_t rows;
  ptrdiff_t columns;
  float scale;  ///< above 0
  ptrdiff_t visible;
  ptrdiff_t visible_step;
  float* log_sum_exp;  ///< (rows) of scale · x; null: not wanted
};

/// The gradient of the weights A = softmax(scale · x) becomes that of x: scale · A_ij (g_ij − Σ_j A_ij g_ij).
struct SoftmaxRowsBackward {
  const float* weights;
  float* gradient;
  ptrdiff_t stride;  ///< of both
  ptrdiff_t rows;
  ptrdiff_t columns;
  float scale;
};

/// y = x̂ · gain + bias with x̂ = (x − mean) / √(variance + ε); x̂ = x / √(mean(x²) + ε) where not centred. (rows × columns)
struct NormRows {
  const float* x;
  ptrdiff_t rows;
  ptrdiff_t columns;
  const float* gain;
  const float* bias;  ///< null: none
  float epsilon;
  bool centred;
  float* y;
};

/// Adds to ∂x, ∂gain and, where not null, ∂bias.
struct NormRowsBackward {
  const float* x;
  ptrdiff_t rows;
  ptrdiff_t columns;
  const float* gain;
  float epsilon;
  bool centred;
  const float* y_gradient;
  float* x_gradient;
  float* gain_gradient;
  float* bias_gradient;
};

/// Row i turns by row i mod `length` of the angles: x_j becomes x_j cos_j + x_k sin_j, where k is the other one of j's pair.
struct Rotation {
  float* x;
  ptrdiff_t rows;
  ptrdiff_t columns;
  ptrdiff_t length;
  const float* cosines;  ///< (length × …), `stride` apart
  const float* sines;    ///< with the sign that the product takes
  ptrdiff_t stride;
  float direction;  ///< 1, or −1 to turn back
};

/// One step of AdamW: see heed/training/adamw.h.
struct AdamWStep {
  float* parameters;
  const float* gradients;
  float* mean;
  float* variance;
  ptrdiff_t count;
  float beta1;
  float beta2;
  float mean_share;      ///< 1 − beta1
  float variance_share;  ///< 1 − beta2
  float epsilon;
  float decay_factor;         ///< 1 − learning rate · weight decay; 1 where the parameters do not decay
  float step_size;            ///< the learning rate over the bias correction of the mean
  float variance_correction;  ///< 1 / √(1 − beta2ᵗ) after t steps: √variance times this is not biased
};

/// One instruction set's versions.
struct TrainingKernelSet {
  const char* name;
  void (*softmax_rows)(const SoftmaxRows& work);
  void (*softmax_rows_backward)(const SoftmaxRowsBackward& work);
  void (*norm_rows)(const NormRows& work);
  void (*norm_rows_backward)(const NormRowsBackward& work);
  void (*rotate)(const Rotation& work);
  void (*adamw)(const AdamWStep& step);
  /// As heed/ops/activations/gelu.h and swiglu.h; `count` numbers each.
  void (*gelu)(const float* x, float* y, ptrdiff_t count);
  void (*gelu_backward)(const float* x, float* gradient, ptrdiff_t count);
  void (*swiglu)(const float* gate, const float* up, float* y, ptrdiff_t count);
  void (*swiglu_backward)(const float* gate, const float* up, float* gate_gradient, float* gradient, ptrdiff_t count);
};

}  // namespace heed::kernels
