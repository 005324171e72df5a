#include "heed/training/formation.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>
#include <vector>

using namespace heed;

namespace {

/// Of scores at steps 0, 25, 50, …
std::optional<Rise> of(const std::vector<double>& scores) {
  std::vector<double> steps;
  for (std::size_t i = 0; i < scores.size(); ++i) steps.push_back(25.0 * static_cast<double>(i));
  return rise_of(steps, scores);
}

}  // namespace

TEST_CASE("A rise begins at a tenth, has its step past the middle and ends at nine tenths", "[formation]") {
  // From 0.05 to 0.95: a tenth is 0.14, the middle 0.5, nine tenths are 0.86.
  const auto rise = of({0.05, 0.06, 0.07, 0.3, 0.55, 0.9, 0.95});
  REQUIRE(rise);
  CHECK(rise->step == 100);
  CHECK(rise->begin == 50);
  CHECK(rise->end == 125);
  CHECK(rise->from == 0.07);
  CHECK(rise->to == 0.9);
}

TEST_CASE("A rise counts from the lowest score before it, whatever came before and comes after", "[formation]") {
  const auto rise = of({0.3, 0.04, 0.9, 0.2, 0.01});
  REQUIRE(rise);
  CHECK(rise->begin == 25);
  CHECK(rise->step == 50);
  CHECK(rise->to == 0.9);
}

TEST_CASE("No rise without scores, without half of all attention, or from more than a quarter", "[formation]") {
  CHECK_FALSE(of({}));
  CHECK_FALSE(of({0.05}));
  CHECK_FALSE(of({0.9}));
  CHECK_FALSE(of({0.05, 0.2, 0.45}));
  CHECK_FALSE(of({0.45, 0.5, 0.6}));
  CHECK(of({0.25, 0.5}));
}

TEST_CASE("What is not finite counts as the score before it", "[formation]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto rise = of({nan, nan, 0.9, std::numeric_limits<double>::infinity()});
  REQUIRE(rise);
  CHECK(rise->step == 50);
  CHECK(rise->from == 0);
  CHECK_FALSE(of({nan, nan}));
}

TEST_CASE("Steps and scores must be as many", "[formation]") {
  const std::vector<double> steps{1, 2};
  const std::vector<double> scores{0.5};
  CHECK_THROWS_WITH(rise_of(steps, scores), "there are 2 steps but 1 scores");
}
