#include "heed/attention/metrics/spread.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace heed;

TEST_CASE("Numbers have a mean, a standard deviation, and a largest, the first of equals", "[metrics]") {
  // By hand: the mean is 5, the squares of the distances add up to 32 over 8 numbers.
  const Spread spread = spread_of(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9});
  CHECK(std::abs(spread.mean - 5) < 1e-14);
  CHECK(std::abs(spread.deviation - 2) < 1e-14);
  CHECK(spread.largest == 9);
  CHECK(spread.largest_at == 7);
  CHECK(spread_of(std::vector<double>{1, 3, 3}).largest_at == 1);
}

TEST_CASE("Equal numbers do not spread, and moving all of them moves the mean alone", "[metrics]") {
  CHECK(spread_of(std::vector<double>{-0.25, -0.25}).deviation == 0);
  CHECK(spread_of(std::vector<double>{3}).mean == 3);
  const Spread one = spread_of(std::vector<double>{0.5, 1, 4});
  const Spread moved = spread_of(std::vector<double>{8.5, 9, 12});
  CHECK(std::abs(moved.deviation - one.deviation) < 1e-14);
  CHECK(std::abs(moved.mean - one.mean - 8) < 1e-14);
}

TEST_CASE("No numbers are refused, and what is not a number stays visible", "[metrics]") {
  CHECK_THROWS_WITH(spread_of({}), "there are no numbers");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Spread spread = spread_of(std::vector<double>{1, nan, 2});
  CHECK(std::isnan(spread.mean));
  CHECK(std::isnan(spread.deviation));
  CHECK(std::isnan(spread.largest));
}
