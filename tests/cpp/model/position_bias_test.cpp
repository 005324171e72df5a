#include "heed/model/layers/detail/position_bias.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "heed/model/architecture/alibi_slopes.h"

using namespace heed;

TEST_CASE("a bias of distances is a view of one vector a head", "[model]") {
  const Index queries = 3;
  const Index keys = 5;
  const Index first_position = 2;
  const DistanceBias bias = alibi_bias({.slopes = {0.5, 0.25}}, queries, keys, first_position);
  for (Index h = 0; h < 2; ++h)
    for (Index i = 0; i < queries; ++i)
      for (Index j = 0; j < keys; ++j)
        CHECK(bias.of(h).at(i, j) == (h == 0 ? 0.5F : 0.25F) * static_cast<float>(j - i - first_position));
}

TEST_CASE("ALiBi slopes are powers of two, and every other one of twice as many for the rest of the heads", "[model]") {
  CHECK(alibi_slopes(8).front() == 0.5);
  CHECK(alibi_slopes(8).back() == 1.0 / 256);
  const std::vector<double> five = alibi_slopes(5);
  REQUIRE(five.size() == 5);
  CHECK(five[3] == 1.0 / 256);
  CHECK(five[4] == 0.5);
  CHECK(alibi_slopes_of_mpt(4, 8) == std::vector<double>{1.0 / 4, 1.0 / 16, 1.0 / 64, 1.0 / 256});
  CHECK(alibi_slopes_of_mpt(5, 8) == std::vector<double>{1.0 / 4, 1.0 / 16, 1.0 / 64, 1.0 / 256, 1.0 / 2});
}

// The buckets that Mesh TensorFlow's formula (C. Raffel et al. 2020) gives, worked out by hand for 8 buckets up to 20.
TEST_CASE("relative distances fall into exact and then logarithmic buckets", "[model]") {
  const RelativeBiasConfig causal{.buckets = 8, .max_distance = 20, .bidirectional = false};
  for (const auto& [distance, bucket] : {std::pair<Index, Index>{5, 0},
                                         {0, 0},
                                         {-1, 1},
                                         {-3, 3},
                                         {-4, 4},
                                         {-5, 4},
                                         {-6, 5},
                                         {-8, 5},
                                         {-9, 6},
                                         {-13, 6},
                                         {-14, 7},
                                         {-100, 7}})
    CHECK(relative_bucket(causal, distance) == bucket);
  const RelativeBiasConfig both{.buckets = 8, .max_distance = 20, .bidirectional = true};
  for (const auto& [distance, bucket] :
       {std::pair<Index, Index>{0, 0}, {-1, 1}, {-2, 2}, {-6, 2}, {-7, 3}, {-50, 3}, {1, 5}, {2, 6}, {7, 7}})
    CHECK(relative_bucket(both, distance) == bucket);
}

TEST_CASE("ALiBi in bfloat16 rounds slopes, positions and their products", "[model]") {
  // The second of Falcon's 32 heads: 2^−¼ is 0.83984375 there, and 257, 309, 613 and 1225 are 256, 308, 612 and 1224.
  const AlibiConfig falcon{.slopes = {std::pow(2.0, -0.25)}, .scale = 0.125, .rounds_to_bfloat16 = true};
  const std::vector<float> bias = alibi_of_keys(falcon, 1226, {});
  for (const auto& [key, expected] : {std::pair<std::size_t, float>{257, 215}, {309, 258}, {613, 512}, {1225, 1024}})
    CHECK(bias[key] == expected / 8);
  // Of four keys the second is hidden, and the others are at 0, 1 and 2.
  const std::vector<std::uint8_t> visible{1, 0, 1, 1};
  CHECK(alibi_of_keys({.slopes = {0.5, 0.25}}, 4, visible) == std::vector<float>{0, 0, 0.5, 1, 0, 0, 0.25, 0.5});
}

TEST_CASE("rows of disentangled positions are exact near the middle and clamped at the ends", "[model]") {
  const DisentangledConfig plain{.span = 4};
  CHECK(disentangled_row(plain, 0) == 4);
  CHECK(disentangled_row(plain, 3) == 7);
  CHECK(disentangled_row(plain, 9) == 7);
  CHECK(disentangled_row(plain, -4) == 0);
  CHECK(disentangled_row(plain, -9) == 0);
  // 8 buckets up to distance 64: beyond 4, ceil(ln(d/4)/ln(63/4) · 3) + 4.
  const DisentangledConfig buckets{.span = 8, .buckets = 8, .max_distance = 64};
  for (const auto& [distance, row] :
       {std::pair<Index, Index>{4, 12}, {5, 13}, {10, 13}, {11, 14}, {25, 14}, {26, 15}, {63, 15}, {-5, 3}, {-63, 1}})
    CHECK(disentangled_row(buckets, distance) == row);
}
