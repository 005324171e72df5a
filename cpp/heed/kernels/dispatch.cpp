#include "heed/kernels/dispatch.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

#include "heed/message.h"

namespace heed::kernels {

#if defined(__x86_64__)
namespace avx512 {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const LinearKernelSet linear_kernels;
}  // namespace avx512
namespace avx2 {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const LinearKernelSet linear_kernels;
}  // namespace avx2
namespace sse4 {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const LinearKernelSet linear_kernels;
}  // namespace sse4
#else
namespace baseline {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const LinearKernelSet linear_kernels;
}  // namespace baseline
#endif

namespace {

/// Those of the given sets, fastest first, that this processor can run.
template <typename Set>
#if defined(__x86_64__)
std::vector<Set> runnable(const Set& avx512, const Set& avx2, const Set& sse4) {
  std::vector<Set> found;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) found.push_back(avx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c"))
    found.push_back(avx2);
  found.push_back(sse4);
  if (const char* const asked = std::getenv("HEED_KERNELS")) {
    const auto first = std::ranges::find(found, std::string_view(asked), &Set::name);
    require(first != found.end(), {"HEED_KERNELS is ", asked, ", which this processor or this program does not have"});
    found.erase(found.begin(), first);
  }
  return found;
}
#else
std::vector<Set> runnable(const Set& baseline) {
  return {baseline};
}
#endif

constexpr std::align_val_t kAlignment{64};

struct Free {
  void operator()(float* memory) const { ::operator delete[](memory, kAlignment); }
};

std::unique_ptr<float[], Free> aligned_floats(Index count) {
  return std::unique_ptr<float[], Free>(new (kAlignment) float[static_cast<std::size_t>(count)]);
}

/// What the head says of every block of its queries.
AttentionBlock block_of(const AttentionHead<float>& head, const AttentionHeadResult<float>& result) {
  // So large that it limits nothing, so small that sums of three do not overflow; in 64 bits where an Index has 32, too.
  constexpr std::int64_t kUnlimited = std::int64_t{1} << 61;
  const auto limited = [](Index offset, std::int64_t most) { return std::clamp(std::int64_t{offset}, -most, most); };
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
  const std::int64_t offset = limited(visibility.offset, kUnlimited);
  block.first_offset = visibility.left ? offset - limited(*visibility.left, kUnlimited) : -kUnlimited;
  block.last_offset = kUnlimited;
  if (visibility.causal) block.last_offset = offset + 1;
  if (visibility.right)
    block.last_offset = std::min(block.last_offset, offset + limited(*visibility.right, kUnlimited) + 1);
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
#if defined(__x86_64__)
  static const std::vector<KernelSet> found = runnable(avx512::kernels, avx2::kernels, sse4::kernels);
#else
  static const std::vector<KernelSet> found = runnable(baseline::kernels);
#endif
  return found;
}

const std::vector<TrainingKernelSet>& available_for_training() {
#if defined(__x86_64__)
  static const std::vector<TrainingKernelSet> found =
      runnable(avx512::training_kernels, avx2::training_kernels, sse4::training_kernels);
#else
  static const std::vector<TrainingKernelSet> found = runnable(baseline::training_kernels);
#endif
  return found;
}

const std::vector<LinearKernelSet>& available_for_linear_layers() {
#if defined(__x86_64__)
  static const std::vector<LinearKernelSet> found =
      runnable(avx512::linear_kernels, avx2::linear_kernels, sse4::linear_kernels);
#else
  static const std::vector<LinearKernelSet> found = runnable(baseline::linear_kernels);
#endif
  return found;
}

void attention(const AttentionHead<float>& head, const AttentionHeadResult<float>& result, Index row, Index rows,
               const KernelSet& kernels) {
  // As workspace_size, which on 32 bits may be more than an Index: of one query of 2²⁵ components it is.
  const Index columns = saturating_sum(saturating_sum(head.dim, head.value_dim), kTileKeys);
  const auto workspace = aligned_floats(checked_product("the workspace", {kBlockQueries, columns}));
  AttentionBlock block = block_of(head, result);
  for (Index first = row; first < row + rows; first += kBlockQueries) {
    block.first_query = first;
    block.queries = std::min<Index>(kBlockQueries, row + rows - first);
    kernels.attention(block, workspace.get());
  }
}

}  // namespace heed::kernels
