#include "heed/ops/softmax.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <limits>
#include <numeric>
#include <vector>

#include "../support/close_to.h"
#include "heed/attention/metrics/entropy.h"

using namespace heed;
using Catch::Matchers::WithinAbs;
using heed::test::close_to;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEMPLATE_TEST_CASE("softmax agrees with worked values", "[softmax]", float, double) {
  // exp(0, 1, 2) / (1 + e + e²), by hand.
  std::vector<TestType> row{0, 1, 2};
  const auto summary = softmax(std::span<TestType>(row));
  const double tolerance = 4 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(row,
             close_to(std::vector<double>{0.09003057317038046, 0.24472847105479767, 0.6652409557748219}, tolerance));
  CHECK_THAT(summary.log_sum_exp, WithinAbs(2.4076059644443806, 2 * tolerance));
  CHECK_THAT(summary.entropy, WithinAbs(0.8323955818399391, tolerance));
  const std::vector<TestType> logits{0, 1, 2};
  CHECK_THAT(log_sum_exp(std::span<const TestType>(logits)), WithinAbs(2.4076059644443806, 2 * tolerance));
}

TEMPLATE_TEST_CASE("softmax does not change when all logits shift, however large they are", "[softmax]", float,
                   double) {
  const TestType shift = 10000;
  std::vector<TestType> row{1, -2, 0.5, 3};
  std::vector<TestType> shifted;
  for (const TestType logit : row) shifted.push_back(logit + shift);
  const auto summary = softmax(std::span<TestType>(row));
  const auto shifted_summary = softmax(std::span<TestType>(shifted));
  CHECK_THAT(shifted, close_to(row, 0));  // exact: these logits + 10⁴ are representable
  CHECK(shifted_summary.entropy == summary.entropy);
  const double tolerance = 10000 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(shifted_summary.log_sum_exp, WithinAbs(static_cast<double>(summary.log_sum_exp) + 10000, tolerance));
}

TEMPLATE_TEST_CASE("softmax of equal logits is an even share with the largest entropy", "[softmax]", float, double) {
  std::vector<TestType> row(300, TestType(-7));
  const auto summary = softmax(std::span<TestType>(row));
  const double tolerance = 8 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(row, close_to(std::vector<double>(300, 1.0 / 300), tolerance));
  CHECK_THAT(summary.entropy, WithinAbs(std::log(300.0), tolerance));
}

TEMPLATE_TEST_CASE("softmax at its limits", "[softmax]", float, double) {
  constexpr TestType infinity = std::numeric_limits<TestType>::infinity();
  SECTION("an empty row") {
    const auto summary = softmax(std::span<TestType>());
    CHECK(summary.log_sum_exp == -infinity);
    CHECK(summary.entropy == 0);
    CHECK(log_sum_exp(std::span<const TestType>()) == -infinity);
  }
  SECTION("one logit") {
    std::vector<TestType> row{-1e30f};
    CHECK(softmax(std::span<TestType>(row)).entropy == 0);
    CHECK(row[0] == 1);
  }
  SECTION("nothing to attend to") {
    std::vector<TestType> row(5, -infinity);
    const auto summary = softmax(std::span<TestType>(row));
    CHECK_THAT(row, close_to(std::vector<double>(5, 0), 0));
    CHECK(summary.log_sum_exp == -infinity);
    CHECK(summary.entropy == 0);
    const std::vector<TestType> logits(5, -infinity);
    CHECK(log_sum_exp(std::span<const TestType>(logits)) == -infinity);
  }
  SECTION("logits of ±10⁴ and −∞ saturate without NaN") {
    std::vector<TestType> row{TestType(1e4), TestType(-1e4), -infinity};
    const auto summary = softmax(std::span<TestType>(row));
    CHECK_THAT(row, close_to(std::vector<double>{1, 0, 0}, 0));
    CHECK(summary.log_sum_exp == TestType(1e4));
    CHECK(summary.entropy == 0);
  }
  SECTION("NaN and +∞ stay visible") {
    for (const double bad : {kNan, kInfinity}) {
      std::vector<TestType> row{1, static_cast<TestType>(bad), 2};
      const std::vector<TestType> logits = row;
      CHECK(std::isnan(softmax(std::span<TestType>(row)).entropy));
      for (const TestType weight : row) CHECK(!std::isfinite(weight));
      CHECK(std::isnan(log_sum_exp(std::span<const TestType>(logits))));
    }
  }
  SECTION("what is masked is 0 beside NaN and +∞ too") {
    for (const double bad : {kNan, kInfinity}) {
      std::vector<TestType> row{-infinity, static_cast<TestType>(bad), -1000};
      CHECK(std::isnan(softmax(std::span<TestType>(row)).log_sum_exp));
      CHECK(row[0] == 0);
      CHECK(std::isnan(row[1]));
      CHECK(std::isnan(row[2]));
    }
  }
}

TEMPLATE_TEST_CASE("entropy has its bounds and reference values", "[entropy]", float, double) {
  const auto of = [](std::vector<TestType> weights) { return entropy(std::span<const TestType>(weights)); };
  const double tolerance = 2 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK(of({}) == 0);
  CHECK(of({1, 0, 0}) == 0);
  CHECK_THAT(of({0.5, 0.25, 0.25, 0}), WithinAbs(1.5 * std::log(2.0), tolerance));
  CHECK_THAT(of(std::vector<TestType>(8, TestType(0.125))), WithinAbs(2.0794415416798357, 2 * tolerance));
  CHECK(std::isnan(of({1, std::numeric_limits<TestType>::quiet_NaN()})));
}

TEMPLATE_TEST_CASE("normalised entropy is a share of what the query can see", "[entropy]", float, double) {
  const double tolerance = 4 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(normalised_entropy(TestType(std::log(8.0)), TestType(8)), WithinAbs(1, tolerance));
  CHECK_THAT(normalised_entropy(TestType(std::log(2.0)), TestType(8)), WithinAbs(1.0 / 3, tolerance));
  CHECK(normalised_entropy(TestType(0), TestType(1)) == 0);
  CHECK(normalised_entropy(TestType(0), TestType(0)) == 0);
}

TEMPLATE_TEST_CASE("entropy's bound, bits and perplexity have their reference values", "[entropy]", float, double) {
  const double tolerance = 4 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(largest_entropy(TestType(8)), WithinAbs(2.0794415416798357, tolerance));
  CHECK(largest_entropy(TestType(1)) == 0);
  CHECK(largest_entropy(TestType(0)) == 0);
  CHECK_THAT(nats_to_bits(largest_entropy(TestType(8))), WithinAbs(3, tolerance));
  CHECK_THAT(nats_to_bits(TestType(1)), WithinAbs(1.4426950408889634, tolerance));
  // An even share of n keys is worth n keys; ½, ¼, ¼ has 2^1.5.
  CHECK_THAT(effective_keys(largest_entropy(TestType(8))), WithinAbs(8, 8 * tolerance));
  CHECK_THAT(effective_keys(TestType(1.5 * std::log(2.0))), WithinAbs(2.8284271247461903, 4 * tolerance));
  CHECK(effective_keys(TestType(0)) == 1);
}
