#include "heed/ops/linear_weights.h"

#include <algorithm>
#include <memory>
#include <new>

#include "heed/kernels/dispatch.h"
#include "heed/ops/weight_blocks.h"
#include "heed/threads/thread_pool.h"

namespace heed {
namespace {

constexpr Index kPartsOfThread = 3;

kernels::WeightFormat format_of(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return kernels::WeightFormat::kF16;
    case ElementType::kBF16:
      return kernels::WeightFormat::kBF16;
    case ElementType::kQ8:
      return kernels::WeightFormat::kQ8;
    case ElementType::kQ4:
      return kernels::WeightFormat::kQ4;
    default:
      return kernels::WeightFormat::kF32;
  }
}

constexpr std::align_val_t kAlignment{64};

struct Free {
  void operator()(float* memory) const { ::operator delete[](memory, kAlignment); }
};

/// Scratch memory of this thread, kept: allocating it anew would take longer than a small layer.
float* workspace(Index floats) {
  thread_local std::unique_ptr<float[], Free> memory;
  thread_local Index size = 0;
  if (size < floats) {
    memory.reset();
    size = 0;
    memory.reset(new (kAlignment) float[static_cast<std::size_t>(floats)]);
    size = floats;
  }
  return memory.get();
}

bool in_blocks(ElementType type) { return type == ElementType::kQ8 || type == ElementType::kQ4; }

void check(const StoredMatrix& stored, ElementType as) {
  const auto& [data, type, outputs, inputs, stride, inputs_first] = stored;
  require(outputs >= 0 && inputs >= 0, {"weights are (", outputs, " × ", inputs, "); sizes must not be negative"});
  require(is_weight_type(type), {"weights are stored as ", name_of(type), "; F64, F32, F16 and BF16 can be used"});
  require(as == type || as == ElementType::kF32 || in_blocks(as),
          {"weights stored as ", name_of(type), " cannot be held as ", name_of(as), "; as ", name_of(type),
           ", F32, Q8 or Q4 they can"});
  const Index columns = inputs_first ? outputs : inputs;
  const Index rows = inputs_first ? inputs : outputs;
  require(stride >= columns, {"rows of ", columns, " weights cannot lie ", stride, " apart"});
  Index bytes = 0;
  require(multiply_sizes({rows, stride, 8}, bytes),
          {"weights of (", outputs, " × ", inputs, ") are more than can be counted"});
  require(data != nullptr || rows == 0 || columns == 0, {"weights of (", outputs, " × ", inputs, ") have no data"});
}

}  // namespace

LinearWeights::LinearWeights(const StoredMatrix& stored, ElementType as) : stored_(stored) {
  check(stored, as);
  if (as == ElementType::kF64) as = ElementType::kF32;
  if (as == stored.type) return;
  try {
    convert(as);
  } catch (const std::bad_alloc&) {
    throw OutOfMemory(message({"weights of (", stored.outputs, " × ", stored.inputs, ") as ", name_of(as),
                               " are more than this machine or browser has memory for"}));
  }
}

void LinearWeights::convert(ElementType as) {
  const Index outputs = stored_.outputs;
  const Index inputs = stored_.inputs;
  const Index blocks = blocks_of(inputs);
  const Index row_length = in_blocks(as) ? checked_product("a row of weights", {blocks, block_bytes(as)})
                                         : checked_product("a row of weights", {inputs, 4});
  const auto row_bytes = static_cast<std::size_t>(row_length);
  std::vector<std::byte> owned(static_cast<std::size_t>(checked_product("the weights' bytes", {outputs, row_length})));
  if (in_blocks(as)) scales_.resize(static_cast<std::size_t>(checked_product("the blocks' scales", {outputs, blocks})));
  // Some at once, as neighbours lie side by side where rows are of inputs.
  constexpr Index kOutputsAtOnce = 16;
  const auto row_size = static_cast<std::size_t>(inputs);
  std::vector<float> weights(static_cast<std::size_t>(checked_product("rows of weights", {kOutputsAtOnce, inputs})));
  for (Index output = 0; output < outputs; ++output) {
    const Index in_group = output % kOutputsAtOnce;
    if (in_group == 0) rows(output, std::min(kOutputsAtOnce, outputs - output), weights);
    const auto from = std::span(weights).subspan(static_cast<std::size_t>(in_group) * row_size, row_size);
    const auto to = std::span(owned).subspan(static_cast<std::size_t>(output) * row_bytes, row_bytes);
    if (in_blocks(as))
      to_blocks(
          as, from, to,
          std::span(scales_).subspan(static_cast<std::size_t>(output * blocks), static_cast<std::size_t>(blocks)));
    else
      std::ranges::copy(std::as_bytes(from), to.begin());
  }
  owned_ = std::move(owned);
  stored_ = {nullptr, as, outputs, inputs, inputs, false};
}

void LinearWeights::row(Index output, std::span<float> to) const {
  require(output >= 0 && output < outputs(), {"there is no output ", output, " among ", outputs()});
  require(static_cast<Index>(to.size()) == inputs(),
          {"an output has ", inputs(), " weights but there is room for ", static_cast<Index>(to.size())});
  if (in_blocks(type())) {
    const Index blocks = blocks_of(inputs());
    const auto bytes = static_cast<std::size_t>(blocks * block_bytes(type()));
    return from_blocks(
        type(), {data() + static_cast<std::size_t>(output) * bytes, bytes},
        std::span(scales_).subspan(static_cast<std::size_t>(output * blocks), static_cast<std::size_t>(blocks)), to);
  }
  const auto size = static_cast<std::size_t>(bits_of(type())) / 8;
  if (!stored_.inputs_first)
    return widen(type(), {data() + static_cast<std::size_t>(output * stored_.stride) * size, to.size() * size}, to);
  for (std::size_t i = 0; i < to.size(); ++i)
    widen(type(),
          {data() + (i * static_cast<std::size_t>(stored_.stride) + static_cast<std::size_t>(output)) * size, size},
          to.subspan(i, 1));
}

void LinearWeights::rows(Index first, Index count, std::span<float> to) const {
  const auto row_size = static_cast<std::size_t>(inputs());
  if (!stored_.inputs_first) {
    for (Index i = 0; i < count; ++i) row(first + i, to.subspan(static_cast<std::size_t>(i) * row_size, row_size));
    return;
  }
  const auto size = static_cast<std::size_t>(bits_of(type())) / 8;
  std::vector<float> neighbours(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < row_size; ++i) {
    const std::size_t at = i * static_cast<std::size_t>(stored_.stride) + static_cast<std::size_t>(first);
    widen(type(), {data() + at * size, neighbours.size() * size}, neighbours);
    for (std::size_t j = 0; j < neighbours.size(); ++j) to[j * row_size + i] = neighbours[j];
  }
}

void LinearWeights::apply(const MatrixView<const float>& x, const float* bias, const MatrixView<float>& y,
                          ThreadPool* pool) const {
  require(x.rows == y.rows, {"x has ", x.rows, " rows but y has ", y.rows});
  require(x.columns == inputs(), {"x has ", x.columns, " columns but the weights have ", inputs(), " inputs"});
  require(y.columns == outputs(), {"y has ", y.columns, " columns but the weights have ", outputs(), " outputs"});
  require(x.stride >= x.columns && y.stride >= y.columns,
          {"rows of ", x.columns, " and ", y.columns, " numbers cannot lie ", x.stride, " and ", y.stride, " apart"});
  if (y.rows == 0 || outputs() == 0) return;
  kernels::LinearLayer layer = kernel_layer();
  layer.x = x.data;
  layer.x_stride = x.stride;
  layer.rows = x.rows;
  layer.bias = bias;
  layer.y = y.data;
  layer.y_stride = y.stride;
  // Whole strips of outputs, so that the result does not depend on the number of threads; some for each thread, which may be
  // slowed by other programs.
  const Index strips = (outputs() + kernels::kLinearStrip - 1) / kernels::kLinearStrip;
  const Index parts = pool == nullptr || pool->threads() == 1 ? 1 : std::min(strips, kPartsOfThread * pool->threads());
  const auto part = [&](Index index) {
    kernels::LinearLayer of_part = layer;
    of_part.first = index * strips / parts * kernels::kLinearStrip;
    of_part.last = std::min(outputs(), (index + 1) * strips / parts * kernels::kLinearStrip);
    kernels::available_for_models().front().apply(of_part, workspace(kernels::linear_workspace_size(x.rows)));
  };
  if (pool != nullptr)
    pool->run(parts, part);
  else
    part(0);
}

kernels::LinearLayer LinearWeights::kernel_layer() const {
  kernels::LinearLayer layer{};
  layer.inputs = inputs();
  layer.weights = reinterpret_cast<const unsigned char*>(data());
  layer.format = format_of(type());
  layer.stride = in_blocks(type()) ? blocks_of(inputs()) * block_bytes(type()) : stored_.stride * (bits_of(type()) / 8);
  layer.inputs_first = stored_.inputs_first;
  layer.scales = scales_.data();
  return layer;
}

std::size_t LinearWeights::owned_bytes() const { return owned_.size() + scales_.size() * sizeof(float); }

}  // namespace heed
