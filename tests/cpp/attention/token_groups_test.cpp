#include "heed/attention/metrics/token_groups.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/ops/softmax.h"

using namespace heed;
using namespace heed::test;
using Catch::Matchers::WithinAbs;

namespace {

using Groups = std::vector<std::int32_t>;

template <typename Scalar>
Tensor<Scalar> random_weights(RandomState& random, Index queries, Index keys) {
  auto weights = random_tensor<Scalar>(random, {1, 1, queries, keys});
  for (Index i = 0; i < queries; ++i)
    softmax(std::span(weights.data).subspan(static_cast<std::size_t>(i * keys), static_cast<std::size_t>(keys)));
  return weights;
}

const Tensor<float>& by_hand() {
  static const Tensor<float> weights({1, 1, 3, 3}, {1, 0, 0, 0.25f, 0.75f, 0, 0.5f, 0.25f, 0.25f});
  return weights;
}

}  // namespace

TEST_CASE("Weights between words, by hand", "[token_groups]") {
  const auto words = weights_between_groups<float>(by_hand(), Groups{0, 0, 1}, Groups{0, 0, 1});
  CHECK(words.shape == Shape{1, 1, 2, 2});
  CHECK(words.data == std::vector<float>{1, 0, 0.75f, 0.25f});
  // Queries that need not stand together, and keys that are in no group.
  CHECK(weights_between_groups<float>(by_hand(), Groups{0, -1, 0}, Groups{-1, 1, 0}).data ==
        std::vector<float>{0.125f, 0.125f});
}

TEMPLATE_TEST_CASE("Weights between groups are products with matrices of ones", "[token_groups]", float, double) {
  RandomState random(11);
  const auto weights = random_weights<TestType>(random, 7, 9);
  const Groups query_groups{2, 0, 0, -1, 1, 2, 2}, key_groups{0, 1, 1, 3, -1, 2, 2, 0, 3};
  const auto found = weights_between_groups<TestType>(weights, query_groups, key_groups);
  REQUIRE(found.shape == Shape{1, 1, 3, 4});
  // G_q A G_kᵀ with rows of G_q divided by their sum, in long double.
  std::vector<double> expected;
  for (std::int32_t g = 0; g < 3; ++g)
    for (std::int32_t h = 0; h < 4; ++h) {
      long double sum = 0, count = 0;
      for (std::size_t i = 0; i < 7; ++i) {
        const long double chosen = query_groups[i] == g ? 1 : 0;
        count += chosen;
        for (std::size_t j = 0; j < 9; ++j)
          sum += chosen * (key_groups[j] == h ? 1 : 0) * static_cast<long double>(weights.data[i * 9 + j]);
      }
      expected.push_back(static_cast<double>(sum / count));
    }
  // Rounded once from double precision.
  CHECK_THAT(found.data, close_to(expected, 2 * static_cast<double>(std::numeric_limits<TestType>::epsilon())));
}

TEST_CASE("Rows between groups of all keys add up to 1", "[token_groups]") {
  RandomState random(12);
  const auto weights = random_weights<double>(random, 12, 12);
  const Groups words{0, 0, 1, 2, 2, 2, 3, 4, 4, 5, 6, 6};
  const auto found = weights_between_groups<double>(weights, words, words);
  for (std::size_t g = 0; g < 7; ++g)
    // Twelve roundings of numbers below 1.
    CHECK_THAT(std::accumulate(&found.data[g * 7], &found.data[g * 7] + 7, 0.0), WithinAbs(1, 1e-14));
}

TEST_CASE("Each token by itself leaves the weights as they are, and one group of all has the weight 1",
          "[token_groups]") {
  RandomState random(13);
  const auto weights = random_weights<float>(random, 5, 6);
  Groups queries(5), keys(6);
  std::iota(queries.begin(), queries.end(), 0);
  std::iota(keys.begin(), keys.end(), 0);
  CHECK(weights_between_groups<float>(weights, queries, keys).data == weights.data);
  const auto all = weights_between_groups<float>(weights, Groups(5, 0), Groups(6, 0));
  REQUIRE(all.data.size() == 1);
  // The mean of five sums of six float weights.
  CHECK_THAT(all.data[0], WithinAbs(1, 4e-7));
  CHECK(weights_between_groups<float>(weights, Groups(5, -1), keys).data.empty());
  CHECK(weights_between_groups<float>(Tensor<float>({1, 1, 0, 0}), {}, {}).data.empty());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(
      weights_between_groups<float>(Tensor<float>({1, 1, 1, 2}, {nan, 1}), Groups{0}, Groups{0, 0}).data[0]));
}

TEST_CASE("Groups that do not fit the weights are refused", "[token_groups]") {
  const auto of = [](const Groups& queries, const Groups& keys) {
    return weights_between_groups<float>(by_hand(), queries, keys);
  };
  CHECK_THROWS_WITH(of({0, 0}, {0, 0, 0}), "there are groups of 2 queries but the weights have 3");
  CHECK_THROWS_WITH(of({0, 0, 0}, {0, 0, 0, 0}), "there are groups of 4 keys but the weights have 3");
  CHECK_THROWS_WITH(of({0, 0, 3}, {0, 0, 0}), "the group is 3; of 3 queries it must be from -1 to 2");
  CHECK_THROWS_WITH(of({0, 0, 0}, {0, -2, 0}), "the group is -2; of 3 keys it must be from -1 to 2");
  CHECK_THROWS_WITH(of({0, 2, 2}, {0, 0, 0}), "group 1 of 3 has no queries");
  CHECK_THROWS_WITH(weights_between_groups<float>(Tensor<float>({1, 2, 1, 1}), Groups{0}, Groups{0}),
                    "the weights have shape (1, 2, 1, 1); they must be of one head");
}
