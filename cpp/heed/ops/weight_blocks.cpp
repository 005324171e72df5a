#include "heed/ops/weight_blocks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "heed/tensor/message.h"

namespace heed {
namespace {

constexpr std::size_t kSize = kBlockWeights;

void check(ElementType type, std::size_t row, std::size_t levels, std::size_t scales) {
  require(type == ElementType::kQ8 || type == ElementType::kQ4,
          {"numbers of type ", name_of(type), " are not stored in blocks; Q8 and Q4 are"});
  const Index blocks = blocks_of(static_cast<Index>(row));
  const Index bytes = blocks * block_bytes(type);
  require(static_cast<Index>(scales) == blocks && static_cast<Index>(levels) == bytes,
          {"a row of ", static_cast<Index>(row), " numbers of type ", name_of(type), " takes ", bytes, " bytes and ",
           blocks, " scales, but there are ", static_cast<Index>(levels), " and ", static_cast<Index>(scales)});
}

void refuse(ElementType type, Index at, float weight) {
  require(false,
          {"weight ", at, " of a row is ", static_cast<double>(weight), ", which has no ", name_of(type), " value"});
}

/// The number of largest magnitude.
float extreme(const std::array<float, kSize>& block) {
  return *std::ranges::max_element(block, {}, [](float number) { return std::abs(number); });
}

std::byte low_byte(int level) { return static_cast<std::byte>(static_cast<unsigned>(level) & 0xFFU); }

float block_to_q8(const std::array<float, kSize>& block, std::span<std::byte> levels) {
  const float scale = std::abs(extreme(block)) / 127;
  for (std::size_t i = 0; i < kSize; ++i)
    levels[i] = low_byte(scale == 0 ? 0 : std::clamp(static_cast<int>(std::nearbyint(block[i] / scale)), -127, 127));
  return scale;
}

float block_to_q4(const std::array<float, kSize>& block, std::span<std::byte> levels) {
  const float scale = extreme(block) / -8;
  const auto level = [&](std::size_t i) {
    return scale == 0 ? 8 : std::clamp(static_cast<int>(std::nearbyint(block[i] / scale)) + 8, 0, 15);
  };
  for (std::size_t i = 0; i < kSize / 2; ++i) levels[i] = low_byte(level(i) | level(i + kSize / 2) << 4);
  return scale;
}

}  // namespace

void to_blocks(ElementType type, std::span<const float> row, std::span<std::byte> levels, std::span<float> scales) {
  check(type, row.size(), levels.size(), scales.size());
  const auto bytes = static_cast<std::size_t>(block_bytes(type));
  for (std::size_t b = 0; b < scales.size(); ++b) {
    std::array<float, kSize> block{};
    const std::size_t count = std::min(kSize, row.size() - b * kSize);
    std::copy_n(row.begin() + static_cast<Index>(b * kSize), count, block.begin());
    for (std::size_t i = 0; i < count; ++i)
      if (!std::isfinite(block[i])) refuse(type, static_cast<Index>(b * kSize + i), block[i]);
    const auto to = levels.subspan(b * bytes, bytes);
    scales[b] = type == ElementType::kQ8 ? block_to_q8(block, to) : block_to_q4(block, to);
  }
}

void from_blocks(ElementType type, std::span<const std::byte> levels, std::span<const float> scales,
                 std::span<float> row) {
  check(type, row.size(), levels.size(), scales.size());
  const auto bytes = static_cast<std::size_t>(block_bytes(type));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::size_t block = i / kSize;
    const std::size_t in_block = i % kSize;
    int level = 0;
    if (type == ElementType::kQ8) {
      level = static_cast<signed char>(levels[i]);
    } else {
      const auto pair = std::to_integer<int>(levels[block * bytes + in_block % bytes]);
      level = (in_block < bytes ? pair & 15 : pair >> 4) - 8;
    }
    row[i] = scales[block] * static_cast<float>(level);
  }
}

}  // namespace heed
