#include "heed/ops/activations/exponential.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace heed;

namespace {

/// Numbers of every size, as many as make several vectors and a rest.
template <typename Scalar>
std::vector<Scalar> numbers() {
  constexpr Scalar kInfinity = std::numeric_limits<Scalar>::infinity();
  std::vector<Scalar> x{0, kInfinity, -kInfinity, std::numeric_limits<Scalar>::max(),
                        std::numeric_limits<Scalar>::lowest()};
  for (int i = -60; i <= 60; ++i) x.push_back(static_cast<Scalar>(i) * Scalar(0.37));
  return x;
}

/// Within `units` in the last place.
template <typename Scalar>
bool agree(Scalar value, double expected, int units) {
  if (std::isnan(expected) || std::isinf(expected) || expected == 0)
    return std::isnan(expected) ? std::isnan(value) : static_cast<double>(value) == expected;
  const double unit = static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  return std::abs(static_cast<double>(value) / expected - 1) <= units * unit;
}

}  // namespace

TEMPLATE_TEST_CASE("Exponentials are right for infinities, and beside a NaN, which stays", "[ops]", float, double) {
  for (const bool with_nan : {false, true}) {
    std::vector<TestType> x = numbers<TestType>();
    if (with_nan) x[9] = std::numeric_limits<TestType>::quiet_NaN();
    std::vector<TestType> y = x;
    exponential<TestType>(y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      // e^(largest number) is infinite in every precision.
      CAPTURE(i, x[i], y[i]);
      CHECK(agree(y[i], std::exp(static_cast<double>(x[i])), 2));  // what Eigen says of its vectors
    }
  }
}

TEST_CASE("Sigmoids are right for infinities, and beside a NaN, which stays", "[ops]") {
  for (const bool with_nan : {false, true}) {
    std::vector<float> x = numbers<float>();
    if (with_nan) x[9] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> y(x.size());
    sigmoid(x, y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      CAPTURE(i, x[i], y[i]);
      // Eigen squares an exponential, whose two units become four.
      CHECK(agree(y[i], 1 / (1 + std::exp(-static_cast<double>(x[i]))), 5));
    }
  }
}
