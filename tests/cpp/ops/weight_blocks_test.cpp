#include "heed/ops/weight_blocks.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "heed/tensor/random.h"

using namespace heed;

namespace {

/// What a row becomes in blocks.
std::vector<float> rounded(ElementType type, const std::vector<float>& row) {
  const Index blocks = blocks_of(static_cast<Index>(row.size()));
  std::vector<std::byte> levels(static_cast<std::size_t>(blocks * block_bytes(type)));
  std::vector<float> scales(static_cast<std::size_t>(blocks));
  to_blocks(type, row, levels, scales);
  std::vector<float> result(row.size());
  from_blocks(type, levels, scales, result);
  return result;
}

float largest_of_block(const std::vector<float>& row, std::size_t at) {
  const auto first = row.begin() + static_cast<std::ptrdiff_t>(at / kBlockWeights * kBlockWeights);
  const auto last = first + std::min<std::ptrdiff_t>(kBlockWeights, row.end() - first);
  return *std::max_element(first, last, [](float a, float b) { return std::abs(a) < std::abs(b); });
}

}  // namespace

TEST_CASE("A weight in blocks is off by half a step at most, of 4 bits by one where the step is missing", "[blocks]") {
  RandomState random(3);
  std::vector<float> row(5 * 32 + 7);
  for (int round = 0; round < 200; ++round) {
    for (float& weight : row) weight = static_cast<float>(std::pow(random.normal(), 3));
    const std::vector<float> q8 = rounded(ElementType::kQ8, row);
    const std::vector<float> q4 = rounded(ElementType::kQ4, row);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double extreme = largest_of_block(row, i);
      const double weight = row[i];
      const double largest = std::abs(extreme) * (1 + 1e-6);  // the quotients are rounded
      CHECK(std::abs(q8[i] - weight) <= largest / 254);
      // The levels are −8 to 7, and the extreme's is −8: numbers of the other sign above 7.5 of 8 have no level.
      const bool has_level = weight / extreme >= -15 / 16.0;
      CHECK(std::abs(q4[i] - weight) <= (has_level ? largest / 16 : largest / 8));
    }
  }
}

TEST_CASE("The bounds of a weight's error are reached", "[blocks]") {
  CHECK(rounded(ElementType::kQ8, {127, 0.5F, -126.5F}) == std::vector<float>{127, 0, -126});
  CHECK(rounded(ElementType::kQ4, {-8, 0.5F, -2.5F}) == std::vector<float>{-8, 0, -2});
  CHECK(rounded(ElementType::kQ4, {-8, 8, 7.5F}) == std::vector<float>{-8, 7, 7});
}

TEST_CASE("Blocks of zeros stay so, and no block changes another", "[blocks]") {
  const ElementType type = GENERATE(ElementType::kQ8, ElementType::kQ4);
  std::vector<float> row(64);
  CHECK(rounded(type, row) == row);
  row[0] = 1e30F;
  row[63] = -1e-30F;
  const std::vector<float> result = rounded(type, row);
  CHECK(std::abs(result[0] / row[0] - 1) < 1e-6F);
  CHECK(std::abs(result[63] / row[63] - 1) < 1e-6F);
  CHECK(std::count(result.begin(), result.end(), 0.0F) == 62);
  CHECK(rounded(type, {}).empty());
}

TEST_CASE("What cannot be stored in blocks is refused", "[blocks]") {
  std::vector<std::byte> levels(32);
  std::vector<float> scales(1), row(3);
  CHECK_THROWS_WITH(to_blocks(ElementType::kF16, row, levels, scales),
                    "numbers of type F16 are not stored in blocks; Q8 and Q4 are");
  CHECK_THROWS_WITH(to_blocks(ElementType::kQ4, row, levels, scales),
                    "a row of 3 numbers of type Q4 takes 16 bytes and 1 scales, but there are 32 and 1");
  row[2] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH(to_blocks(ElementType::kQ8, row, levels, scales),
                    "weight 2 of a row is inf, which has no Q8 value");
}
