#include "explain/scaling/ziggurat_normals.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <vector>

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::WithinAbs;

namespace {

constexpr int kCount = 2'000'000;

std::vector<float> draw(std::uint32_t seed, int count = kCount) {
  ZigguratNormals normal(seed);
  std::vector<float> numbers(static_cast<std::size_t>(count));
  std::ranges::generate(numbers, [&] { return normal(); });
  return numbers;
}

double below(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

}  // namespace

TEST_CASE("Quick normals have the moments of a standard normal", "[random]") {
  double moments[5] = {};
  for (const double x : draw(1))
    for (int power = 1; power <= 4; ++power) moments[power] += std::pow(x, power) / kCount;
  // Var xᵏ is 1, 2, 15 and 96; five deviations of the mean.
  const auto five_deviations = [](double variance) { return 5 * std::sqrt(variance / kCount); };
  CHECK_THAT(moments[1], WithinAbs(0, five_deviations(1)));
  CHECK_THAT(moments[2], WithinAbs(1, five_deviations(2)));
  CHECK_THAT(moments[3], WithinAbs(0, five_deviations(15)));
  CHECK_THAT(moments[4], WithinAbs(3, five_deviations(96)));
}

TEST_CASE("Quick normals are distributed as normals everywhere", "[random]") {
  auto numbers = draw(2);
  std::ranges::sort(numbers);
  double largest = 0;
  for (int i = 0; i < kCount; ++i) {
    const double expected = below(numbers[static_cast<std::size_t>(i)]);
    largest = std::max({largest, expected - static_cast<double>(i) / kCount, (i + 1.0) / kCount - expected});
  }
  // Kolmogorov's statistic, whose √n-fold is above 2.2 once in 8000 samples.
  CHECK(largest * std::sqrt(kCount) < 2.2);
}

TEST_CASE("Quick normals have tails as heavy as they should be, on both sides", "[random]") {
  const auto numbers = draw(3);
  // 3.44 is where the ziggurat gives way to another method.
  for (const double edge : {2.0, 3.0, 3.442619855899, 4.0}) {
    const double expected = kCount * below(-edge);
    const double deviation = 5 * std::sqrt(expected);
    CHECK_THAT(static_cast<double>(std::ranges::count_if(numbers, [&](float x) { return x > edge; })),
               WithinAbs(expected, deviation));
    CHECK_THAT(static_cast<double>(std::ranges::count_if(numbers, [&](float x) { return x < -edge; })),
               WithinAbs(expected, deviation));
  }
}

TEST_CASE("Neighbouring quick normals do not go together, nor does a number with its size", "[random]") {
  const auto numbers = draw(4);
  double along = 0;
  double squares = 0;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    const double x = numbers[i - 1];
    const double y = numbers[i];
    along += x * y / kCount;
    squares += (x * x - 1) * (y * y - 1) / kCount;
  }
  // Products of independent numbers of variance 1, and of variance 2.
  CHECK_THAT(along, WithinAbs(0, 5 * std::sqrt(1.0 / kCount)));
  CHECK_THAT(squares, WithinAbs(0, 5 * std::sqrt(4.0 / kCount)));
}

TEST_CASE("A seed of quick normals gives the same again", "[random]") {
  CHECK(draw(5, 1000) == draw(5, 1000));
  CHECK(draw(5, 1000) != draw(6, 1000));
}
