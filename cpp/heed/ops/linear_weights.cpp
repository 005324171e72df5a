#include "heed/ops/linear_weights.h"

#include <algorithm>
#include <new>

#include "heed/ops/weight_blocks.h"
#include "heed/thread_pool.h"

namespace heed {
namespace {

constexpr Index kTileOutputs = 64;

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
  require(!__builtin_mul_overflow(rows, stride, &bytes) && !__builtin_mul_overflow(bytes, Index{8}, &bytes),
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
  const auto row_bytes = static_cast<std::size_t>(in_blocks(as) ? blocks * block_bytes(as) : inputs * 4);
  std::vector<std::byte> owned(static_cast<std::size_t>(outputs) * row_bytes);
  if (in_blocks(as)) scales_.resize(static_cast<std::size_t>(outputs * blocks));
  std::vector<float> weights(static_cast<std::size_t>(inputs));
  for (Index output = 0; output < outputs; ++output) {
    row(output, weights);
    const auto to = std::span(owned).subspan(static_cast<std::size_t>(output) * row_bytes, row_bytes);
    if (in_blocks(as))
      to_blocks(
          as, weights, to,
          std::span(scales_).subspan(static_cast<std::size_t>(output * blocks), static_cast<std::size_t>(blocks)));
    else
      std::ranges::copy(std::as_bytes(std::span(weights)), to.begin());
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

void LinearWeights::apply(const MatrixView<const float>& x, const float* bias, const MatrixView<float>& y,
                          ThreadPool* pool) const {
  require(x.rows == y.rows, {"x has ", x.rows, " rows but y has ", y.rows});
  require(x.columns == inputs(), {"x has ", x.columns, " columns but the weights have ", inputs(), " inputs"});
  require(y.columns == outputs(), {"y has ", y.columns, " columns but the weights have ", outputs(), " outputs"});
  require(x.stride >= x.columns && y.stride >= y.columns,
          {"rows of ", x.columns, " and ", y.columns, " numbers cannot lie ", x.stride, " and ", y.stride, " apart"});
  const auto tile = [&](Index index) {
    const Index first = index * kTileOutputs;
    const Index count = std::min(kTileOutputs, outputs() - first);
    std::vector<float> weights(static_cast<std::size_t>(count * inputs()));
    for (Index i = 0; i < count; ++i)
      row(first + i,
          std::span(weights).subspan(static_cast<std::size_t>(i * inputs()), static_cast<std::size_t>(inputs())));
    const MatrixView<float> part{y.data + first, y.rows, count, y.stride};
    multiply_transposed<float>(x, matrix<const float>(weights.data(), count, inputs()), part);
    if (bias == nullptr) return;
    for (Index i = 0; i < part.rows; ++i)
      for (Index j = 0; j < count; ++j) part.row(i)[j] += bias[first + j];
  };
  const Index tiles = (outputs() + kTileOutputs - 1) / kTileOutputs;
  if (pool != nullptr)
    pool->run(tiles, tile);
  else
    for (Index i = 0; i < tiles; ++i) tile(i);
}

std::size_t LinearWeights::owned_bytes() const { return owned_.size() + scales_.size() * sizeof(float); }

}  // namespace heed
