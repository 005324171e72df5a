#pragma once

#include <stddef.h>
#include <stdint.h>

// The border between the kernels and the rest. Each kernel is one file compiled for one instruction set, and what it compiles
// must not be shared with other files: the linker may keep any one copy of an inline function, also the one that the processor
// at hand cannot run. So nothing of the standard library or of Eigen here, plain structs only.

namespace heed::kernels {

/// Queries [first_query, first_query + queries) of one head, one block of rows: the unit of work of a kernel. Matrices are
/// row-major and contiguous, pointers to per-query arrays are those of the head's query 0.
struct AttentionBlock {
  const float* query;
  const float* key;
  const float* value;
  ptrdiff_t first_query;
  ptrdiff_t queries;  ///< 1 to kBlockQueries
  ptrdiff_t dim;
  ptrdiff_t value_dim;
  float scale;
  float softcap;  ///< 0: none

  /// Query i sees keys [max(0, i + first_offset), min(keys, i + last_offset)).
  ptrdiff_t keys;
  int64_t first_offset;
  int64_t last_offset;

  const uint8_t* mask;  ///< null: none. 0 hides
  ptrdiff_t mask_row_stride;
  ptrdiff_t mask_column_stride;
  const float* bias;  ///< null: none. −∞ hides
  ptrdiff_t bias_row_stride;
  ptrdiff_t bias_column_stride;

  float* output;        ///< (queries × value_dim)
  float* log_sum_exp;   ///< (queries)
  float* entropy;       ///< (queries)
  float* visible_keys;  ///< (queries)
};

constexpr ptrdiff_t kBlockQueries = 128;  ///< rows of queries that share a pass over keys and values
constexpr ptrdiff_t kTileKeys = 128;      ///< keys whose logits exist at one time

/// Floats of scratch memory a kernel needs; it does not depend on the lengths.
constexpr ptrdiff_t workspace_size(ptrdiff_t dim, ptrdiff_t value_dim) {
  return kBlockQueries * (dim + value_dim + kTileKeys);
}

/// Streaming attention of one block. `workspace` has workspace_size(dim, value_dim) floats and starts on 64 bytes.
using AttentionKernel = void (*)(const AttentionBlock& block, float* workspace);
/// 2ˣ for x ≤ 0, `count` times; the kernels' own, here to be tested.
using Exp2Kernel = void (*)(const float* x, float* result, ptrdiff_t count);

/// Sums over a row of logits s_j, with e_j = exp(s_j − largest).
struct SoftmaxOfRow {
  bool finite;     ///< no logit is NaN or +∞
  float largest;   ///< −∞ where all are hidden
  float sum;       ///< Σ_j e_j
  float weighted;  ///< Σ_j e_j (s_j − largest)
};
/// The softmax of a row of logits in its place, hidden ones being −∞. Where all are hidden the row becomes 0, and where it is not
/// finite it stays.
using SoftmaxRowKernel = void (*)(float* row, ptrdiff_t count, SoftmaxOfRow& result);

/// Two matrices and their product c (rows × columns). Element (i, k) of `a` (rows × depth) is a[i · a_row + k · a_step]; `b` is
/// (depth × columns), or (columns × depth) where it is transposed. Rows of b and c are contiguous.
struct Product {
  const float* a;
  ptrdiff_t a_row;
  ptrdiff_t a_step;
  const float* b;
  ptrdiff_t b_stride;
  bool b_transposed;
  float* c;
  ptrdiff_t c_stride;
  bool adds;  ///< to what c holds
  ptrdiff_t rows;
  ptrdiff_t columns;
  ptrdiff_t depth;
};

using ProductKernel = void (*)(const Product& product);

/// One instruction set's versions.
struct KernelSet {
  const char* name;
  AttentionKernel attention;
  Exp2Kernel exp2;
  SoftmaxRowKernel softmax_row;
  ProductKernel multiply;
};

}  // namespace heed::kernels
