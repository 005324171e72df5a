#include "heed/attention/metrics/weight_rows.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "../support/close_to.h"
#include "../support/random_tensor.h"

using namespace heed;
using namespace heed::test;
using Catch::Matchers::WithinAbs;

namespace {

Tensor<float> weights_of(Index queries, Index keys, std::vector<float> values) {
  return {{1, 1, queries, keys}, std::move(values)};
}

std::vector<float> visible_of(Index queries, Index keys, const std::vector<float>& values) {
  const auto weights = weights_of(queries, keys, values);
  return visible_keys_of_weights<float>(weight_rows<float>(weights).end, keys).data;
}

}  // namespace

TEST_CASE("Rows of weights, by hand", "[weight_rows]") {
  const auto weights = weights_of(3, 4, {0.25f, 0.25f, 0.25f, 0.25f, 0.5f, 0, -1, 0, 0, 0, 0, 0});
  const auto rows = weight_rows<float>(weights);
  CHECK(rows.sum.shape == Shape{1, 1, 3, 1});
  CHECK(rows.sum.data == std::vector<float>{1, -0.5f, 0});
  CHECK(rows.largest.data == std::vector<float>{0.25f, 0.5f, 0});
  CHECK(rows.smallest.data == std::vector<float>{0.25f, -1, 0});
  CHECK(rows.end.data == std::vector<float>{4, 3, 0});
  CHECK_THAT(rows.entropy.data[0], WithinAbs(1.3862943611198906, 2e-7));  // ln 4, to a rounding of float
  CHECK(rows.entropy.data[2] == 0);
}

TEST_CASE("The entropy of a row is that of its weights' shares of its sum", "[weight_rows]") {
  // Dropout leaves rows that add up to more or less than 1; one key alone has no entropy, whatever its weight.
  const auto rows = weight_rows<float>(weights_of(4, 2, {1.25f, 0, 1.25f, 1.25f, 0.125f, 0.375f, 0.25f, 0.75f}));
  CHECK(rows.entropy.data[0] == 0);
  // Each number is one logarithm and a few roundings of numbers below 2.
  CHECK_THAT(rows.entropy.data[1], WithinAbs(0.6931471805599453, 5e-7));  // ln 2
  CHECK_THAT(rows.entropy.data[2], WithinAbs(0.5623351446188083, 5e-7));  // of ¼ and ¾
  CHECK_THAT(rows.entropy.data[3], WithinAbs(0.5623351446188083, 5e-7));
}

TEMPLATE_TEST_CASE("Statistics of rows are those of all their weights", "[weight_rows]", float, double) {
  RandomState random(1);
  auto weights = random_tensor<TestType>(random, {2, 3, 7, 11});
  for (TestType& weight : weights.data) weight = std::abs(weight);
  const auto rows = weight_rows<TestType>(weights);
  const auto expected =
      weight_statistics(std::span<const TestType>(weights.data), std::span<const TestType>(rows.entropy.data));
  const auto statistics = weight_statistics(rows, 11);
  CHECK(statistics.largest == expected.largest);
  CHECK(statistics.smallest == expected.smallest);
  // Each sum is rounded once, to at most half an ε of its few units.
  const double tolerance = 4 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(statistics.mean, WithinAbs(expected.mean, tolerance));
  CHECK(statistics.mean_entropy == expected.mean_entropy);
}

TEST_CASE("A NaN is in its row's numbers and in the statistics, wherever it stands", "[weight_rows]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t place = 0; place < 6; ++place) {
    std::vector<float> values(6, 0.5f);
    values[place] = nan;
    const auto rows = weight_rows<float>(weights_of(3, 2, values));
    for (std::size_t row = 0; row < 3; ++row)
      for (const Tensor<float>* each : {&rows.entropy, &rows.sum, &rows.largest, &rows.smallest})
        CHECK(std::isnan(each->data[row]) == (row == place / 2));
    const auto statistics = weight_statistics(rows, 2);
    CHECK(std::isnan(statistics.mean));
    CHECK(std::isnan(statistics.largest));
    CHECK(std::isnan(statistics.smallest));
  }
}

TEST_CASE("Rows without keys, and no rows", "[weight_rows]") {
  const auto rows = weight_rows<float>(weights_of(2, 0, {}));
  CHECK(rows.sum.data == std::vector<float>{0, 0});
  CHECK(rows.end.data == std::vector<float>{0, 0});
  CHECK(weight_statistics(rows, 0).mean == 0);
  CHECK(weight_statistics(weight_rows<float>(weights_of(0, 5, {})), 5).largest == 0);
  const Tensor<float> of_no_queries({std::numeric_limits<Index>::max(), 1, 0, 1});
  CHECK(visible_keys_of_weights<float>(of_no_queries, 3).shape == of_no_queries.shape);
  CHECK_THROWS_AS(weight_statistics(rows, -1), std::invalid_argument);
  auto broken = rows;
  broken.entropy = Tensor<float>({1, 1, 3, 1});
  CHECK_THROWS_WITH(weight_statistics(broken, 0),
                    "the sums have shape (1, 1, 2, 1) but another part of the rows has (1, 1, 3, 1)");
}

TEST_CASE("What queries see, as far as weights tell", "[weight_rows]") {
  // Square: nothing right of the diagonal.
  CHECK(visible_of(2, 2, {1, 0, 0.5f, 0.5f}) == std::vector<float>{1, 2});
  CHECK(visible_of(2, 2, {1, 0.1f, 0.5f, 0.5f}) == std::vector<float>{2, 2});
  // Two new queries behind three cached keys, and the same numbers with one of them later.
  CHECK(visible_of(2, 5, {0.2f, 0.2f, 0.2f, 0.4f, 0, 0, 0, 0, 0, 1}) == std::vector<float>{4, 5});
  CHECK(visible_of(2, 5, {0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0, 0, 0, 0, 1}) == std::vector<float>{5, 5});
  // The first queries of a longer text.
  CHECK(visible_of(2, 5, {1, 0, 0, 0, 0, 0.5f, 0.5f, 0, 0, 0}) == std::vector<float>{1, 2});
  // More queries than keys.
  CHECK(visible_of(3, 2, {1, 0, 0.5f, 0.5f, 0.5f, 0.5f}) == std::vector<float>{1, 2, 2});
  CHECK(visible_of(3, 2, {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f}) == std::vector<float>{2, 2, 2});
  // One query tells nothing; a NaN is no 0.
  CHECK(visible_of(1, 2, {1, 0}) == std::vector<float>{2});
  CHECK(visible_of(2, 2, {1, std::numeric_limits<float>::quiet_NaN(), 0.5f, 0.5f}) == std::vector<float>{2, 2});
}

TEST_CASE("What queries see is told head by head", "[weight_rows]") {
  const Tensor<float> ends({1, 2, 2, 1}, {1, 2, 2, 2});
  CHECK(visible_keys_of_weights<float>(ends, 2).data == std::vector<float>{1, 2, 2, 2});
  CHECK_THROWS_WITH(visible_keys_of_weights<float>(ends, -1), "there are -1 keys; there must be 0 or more");
  CHECK_THROWS_AS(visible_keys_of_weights<float>(Tensor<float>({1, 1, 1, 2}), 2), std::invalid_argument);
}
