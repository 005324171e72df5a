#include "heed/kernels/dispatch.h"

#include <algorithm>
#include <memory>
#include <new>

namespace heed::kernels {

#if defined(__x86_64__)
namespace avx512 {
extern const KernelSet kernels;
}
namespace avx2 {
extern const KernelSet kernels;
}
namespace sse4 {
extern const KernelSet kernels;
}
#else
namespace baseline {
extern const KernelSet kernels;
}
#endif

namespace {

std::vector<KernelSet> find_available() {
#if defined(__x86_64__)
  std::vector<KernelSet> found;
  if (__builtin_cpu_supports("avx512f")) found.push_back(avx512::kernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found.push_back(avx2::kernels);
  found.push_back(sse4::kernels);
  return found;
#else
  return {baseline::kernels};
#endif
}

constexpr std::align_val_t kAlignment{64};

struct Free {
  void operator()(float* memory) const { ::operator delete[](memory, kAlignment); }
};

std::unique_ptr<float[], Free> aligned_floats(Index count) {
  return std::unique_ptr<float[], Free>(new (kAlignment) float[static_cast<std::size_t>(count)]);
}

/// What the head says of every block of its queries.
AttentionBlock block_of(const AttentionHead<float>& head, const AttentionHeadResult<float>& result) {
  constexpr std::int64_t kUnlimited = std::int64_t{1} << 40;
  const Visibility& visibility = head.visibility;
  AttentionBlock block{};
  block.query = head.query;
  block.key = head.key;
  block.value = head.value;
  block.dim = head.dim;
  block.value_dim = head.value_dim;
  block.scale = head.scale;
  block.softcap = head.softcap;
  block.keys = visibility.keys;
  block.first_offset = visibility.left ? visibility.offset - *visibility.left : -kUnlimited;
  block.last_offset = kUnlimited;
  if (visibility.causal) block.last_offset = visibility.offset + 1;
  if (visibility.right)
    block.last_offset = std::min<std::int64_t>(block.last_offset, visibility.offset + *visibility.right + 1);
  block.mask = head.mask.data;
  block.mask_row_stride = head.mask.row_stride;
  block.mask_column_stride = head.mask.column_stride;
  block.bias = head.bias.data;
  block.bias_row_stride = head.bias.row_stride;
  block.bias_column_stride = head.bias.column_stride;
  block.output = result.output;
  block.log_sum_exp = result.log_sum_exp;
  block.entropy = result.entropy;
  block.visible_keys = result.visible_keys;
  return block;
}

}  // namespace

const std::vector<KernelSet>& available() {
  static const std::vector<KernelSet> found = find_available();
  return found;
}

void attention(const AttentionHead<float>& head, const AttentionHeadResult<float>& result, Index row, Index rows,
               const KernelSet& kernels) {
  const auto workspace = aligned_floats(workspace_size(head.dim, head.value_dim));
  AttentionBlock block = block_of(head, result);
  for (Index first = row; first < row + rows; first += kBlockQueries) {
    block.first_query = first;
    block.queries = std::min<Index>(kBlockQueries, row + rows - first);
    kernels.attention(block, workspace.get());
  }
}

void multiply_transposed(const Product& product, const KernelSet& kernels) {
  kernels.multiply_transposed(product, aligned_floats(product_workspace_size(product.depth)).get());
}

void multiply_add(const Product& product, const KernelSet& kernels) {
  kernels.multiply_add(product, aligned_floats(product_workspace_size(product.depth)).get());
}

}  // namespace heed::kernels
