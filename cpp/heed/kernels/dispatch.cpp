#include "heed/kernels/dispatch.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "heed/tensor/message.h"

namespace heed::kernels {

#if defined(__x86_64__)
namespace avx512 {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const ModelKernelSet model_kernels;
}  // namespace avx512
namespace avx2 {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const ModelKernelSet model_kernels;
}  // namespace avx2
namespace sse4 {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const ModelKernelSet model_kernels;
}  // namespace sse4
#else
namespace baseline {
extern const KernelSet kernels;
extern const TrainingKernelSet training_kernels;
extern const ModelKernelSet model_kernels;
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

const std::vector<ModelKernelSet>& available_for_models() {
#if defined(__x86_64__)
  static const std::vector<ModelKernelSet> found =
      runnable(avx512::model_kernels, avx2::model_kernels, sse4::model_kernels);
#else
  static const std::vector<ModelKernelSet> found = runnable(baseline::model_kernels);
#endif
  return found;
}

}  // namespace heed::kernels
