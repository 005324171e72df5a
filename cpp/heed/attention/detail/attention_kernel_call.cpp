#include "heed/attention/detail/attention_kernel_call.h"

#include <algorithm>
#include <memory>
#include <new>

namespace heed {
namespace {

constexpr std::align_val_t kAlignment{64};

struct Free {
  void operator()(float* memory) const { ::operator delete[](memory, kAlignment); }
};

std::unique_ptr<float[], Free> aligned_floats(Index count) {
  return std::unique_ptr<float[], Free>(new (kAlignment) float[static_cast<std::size_t>(count)]);
}

/// What the head says of every block of its queries.
kernels::AttentionBlock block_of(const AttentionHead<float>& head, const AttentionHeadResult<float>& result) {
  const Visibility& visibility = head.visibility;
  kernels::AttentionBlock block{};
  block.query = head.query;
  block.key = head.key;
  block.value = head.value;
  block.dim = head.dim;
  block.value_dim = head.value_dim;
  block.scale = head.scale;
  block.softcap = head.softcap;
  block.keys = visibility.keys;
  block.first_offset = visibility.first_offset();
  block.last_offset = visibility.last_offset();
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

void attention_with_kernel(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                           QueryRange queries, const kernels::KernelSet& set) {
  using kernels::kBlockQueries;
  // As workspace_size, which on 32 bits may be more than an Index: of one query of 2²⁵ components it is.
  const Index columns = saturating_sum(saturating_sum(head.dim, head.value_dim), kernels::kTileKeys);
  // Anew for each unit of work: a tenth of a microsecond, of calls of a hundred microseconds and more about a hundredth.
  const auto workspace = aligned_floats(checked_product("the workspace", {kBlockQueries, columns}));
  kernels::AttentionBlock block = block_of(head, result);
  const Index end = queries.first + queries.count;
  for (Index first = queries.first; first < end; first += kBlockQueries) {
    block.first_query = first;
    block.queries = std::min<Index>(kBlockQueries, end - first);
    set.attention(block, workspace.get());
  }
}

void attention_of_one_query(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                            const kernels::ModelKernelSet& set) {
  require(head.queries == 1 && head.mask.data == nullptr && head.bias.data == nullptr,
          {"there are ", head.queries, " queries, or a mask or a bias; it must be one query without"});
  const auto workspace = aligned_floats(saturating_sum(saturating_sum(head.dim, head.value_dim), kernels::kTileKeys));
  kernels::AttentionBlock block = block_of(head, result);
  block.queries = 1;
  set.attend_one(block, workspace.get());
}

}  // namespace heed
