#include "heed/tensor/detail/power.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

using Catch::Matchers::WithinRel;
using heed::power;

TEST_CASE("Powers are those of the standard library", "[power]") {
  // The exponent times the logarithm, of at most 700 here, is rounded to 2⁻⁵³ of it: so is the power, 700 times as much.
  constexpr double kTolerance = 700 * 1.2e-16;
  for (const double base : {0.1, 0.9, 0.999, 2.0, 10'000.0, 1e6})
    for (const double exponent : {-1.0, -0.984375, -0.03125, 0.0, 0.5, 1.0, 2.0, 37.0})
      CHECK_THAT(power(base, exponent), WithinRel(std::pow(base, exponent), kTolerance));
  // Of the decay of AdamW after a million steps.
  CHECK_THAT(power(0.9999, 1e6), WithinRel(std::pow(0.9999, 1e6), kTolerance));
  CHECK(power(0.9, 1e6) == 0);
}

TEST_CASE("Powers at the ends", "[power]") {
  CHECK(power(0, 1) == 0);
  CHECK(power(1, 1e9) == 1);
  CHECK(power(7, 0) == 1);
  CHECK(std::isnan(power(-1, 2)));
}
