#include "explain/scaling/dot_product_distribution.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "../support/close_to.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using Catch::Matchers::WithinAbs;
using heed::test::close_to;

namespace {

const std::vector<double> kEdges{-4, -1.5, -0.2, 0.2, 0.7, 1, 5};

/// Shares between the edges from a distribution function of q·k itself.
std::vector<double> shares_from(double (*cdf)(double), double deviation) {
  std::vector<double> shares;
  for (std::size_t i = 1; i < kEdges.size(); ++i)
    shares.push_back(cdf(kEdges[i] * deviation) - cdf(kEdges[i - 1] * deviation));
  return shares;
}

}  // namespace

// The characteristic function of q·k is (1 + t²)^(−d/2): Laplace's for d = 2; for d = 4 the sum of two Laplace variables, of
// density (1 + |x|) exp(−|x|)/4.
TEST_CASE("Products of two and of four components have closed forms", "[dot-product]") {
  const auto laplace = [](double x) { return x < 0 ? std::exp(x) / 2 : 1 - std::exp(-x) / 2; };
  const auto twice = [](double x) {
    const double tail = (2 + std::abs(x)) * std::exp(-std::abs(x)) / 4;
    return x < 0 ? tail : 1 - tail;
  };
  CHECK_THAT(dot_product_shares(2, kEdges), close_to(shares_from(laplace, std::numbers::sqrt2), 1e-12));
  CHECK_THAT(dot_product_shares(4, kEdges), close_to(shares_from(twice, 2), 1e-12));
}

TEST_CASE("Products of single components agree with the integral over one of them", "[dot-product]") {
  // P(|q k| ≤ 1) = 2 ∫ φ(q) (2 Φ(1/q) − 1) dq over q > 0, by Simpson's rule, whose error here is below 1e-10.
  constexpr int kSteps = 20000;
  constexpr double kStep = 12.0 / kSteps;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double q = i * kStep;
    const double inside = i == 0 ? 1 : std::erf(1 / q / std::numbers::sqrt2);
    sum += (i == 0 || i == kSteps ? 1 : 2 + 2 * (i % 2)) * std::exp(-q * q / 2) * inside;
  }
  const double expected = 2 / std::sqrt(2 * std::numbers::pi) * sum * kStep / 3;
  CHECK_THAT(dot_product_shares(1, std::vector<double>{-1, 1})[0], WithinAbs(expected, 1e-10));
}

TEST_CASE("Many components come near the normal distribution, as 1/d", "[dot-product]") {
  const auto distance = [](Index dim) {
    const auto exact = dot_product_shares(dim, kEdges);
    const auto normal = normal_shares(kEdges);
    double most = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) most = std::max(most, std::abs(exact[i] - normal[i]));
    return most;
  };
  // The excess kurtosis is 6/d: the next term of Edgeworth's series is of that order, so that 16 times d is 16 times nearer.
  CHECK_THAT(distance(64) / distance(1024), WithinAbs(16, 1));
  CHECK(distance(4096) < 1e-4);
  CHECK_THAT(normal_shares(std::vector<double>{-1, 1})[0], WithinAbs(0.6826894921370859, 1e-15));
}

TEST_CASE("All shares together are everything", "[dot-product]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const Index dim : {1, 3, 100, 4096}) {
    const auto shares = dot_product_shares(dim, std::vector<double>{-kInfinity, -2, 0, 1, kInfinity});
    CHECK_THAT(std::accumulate(shares.begin(), shares.end(), 0.0), WithinAbs(1, 1e-12));
    CHECK_THAT(shares[0] + shares[1], WithinAbs(0.5, 1e-12));
  }
}

TEST_CASE("Products of no components are refused", "[dot-product]") {
  CHECK_THROWS_MATCHES(dot_product_shares(0, kEdges), std::invalid_argument,
                       Message("d_k is 0; it must be at least 1"));
}
