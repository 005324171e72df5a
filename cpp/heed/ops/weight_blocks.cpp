#include "heed/ops/weight_blocks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "heed/tensor/message.h"
#include "heed/tensor/sums.h"

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

using Block = std::array<float, kSize>;

// The loops below have neither branches nor calls, for compilers to make vectors of them: models have 10⁸ weights.

float largest_magnitude(const Block& block) {
  float largest = 0;
  for (const float number : block) largest = std::max(largest, std::abs(number));
  return largest;
}

/// numbers / scale, rounded to the nearest integer, halves to the even one; 0 where the scale is. Quotients are at most 127, or
/// twice that where the scale is subnormal.
std::array<int, kSize> rounded_quotients(const Block& numbers, float scale) {
  constexpr float kUnitsOfOne = 0x1.8p23F;  // floats near it are integers
  const float divisor = scale == 0 ? 1 : scale;
  std::array<int, kSize> quotients;
  for (std::size_t i = 0; i < kSize; ++i)
    quotients[i] = static_cast<int>((numbers[i] / divisor + kUnitsOfOne) - kUnitsOfOne);
  return quotients;
}

float block_to_q8(const Block& block, std::span<std::byte> levels) {
  const float scale = largest_magnitude(block) / 127;
  const auto quotients = rounded_quotients(block, scale);
  for (std::size_t i = 0; i < kSize; ++i) levels[i] = static_cast<std::byte>(std::clamp(quotients[i], -127, 127));
  return scale;
}

float block_to_q4(const Block& block, std::span<std::byte> levels) {
  const float largest = largest_magnitude(block);
  const float extreme = *std::ranges::find_if(block, [&](float number) { return std::abs(number) == largest; });
  const float scale = extreme / -8;
  const auto quotients = rounded_quotients(block, scale);
  const auto level = [&](std::size_t i) { return std::clamp(quotients[i] + 8, 0, 15); };
  for (std::size_t i = 0; i < kSize / 2; ++i) levels[i] = static_cast<std::byte>(level(i) | level(i + kSize / 2) << 4);
  return scale;
}

}  // namespace

void to_blocks(ElementType type, std::span<const float> row, std::span<std::byte> levels, std::span<float> scales) {
  check(type, row.size(), levels.size(), scales.size());
  const auto bytes = static_cast<std::size_t>(block_bytes(type));
  for (std::size_t b = 0; b < scales.size(); ++b) {
    Block block{};
    const std::size_t count = std::min(kSize, row.size() - b * kSize);
    std::copy_n(row.begin() + static_cast<Index>(b * kSize), count, block.begin());
    if (!all_finite(block.data(), static_cast<Index>(kSize)))
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
