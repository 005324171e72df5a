#include "explain/scaling/softmax_jacobian.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <vector>

#include "heed/ops/softmax.h"
#include "heed/tensor/random.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::WithinRel;

namespace {

std::vector<double> random_row(RandomState& random, int size, double deviation) {
  std::vector<double> row(static_cast<std::size_t>(size));
  for (double& logit : row) logit = deviation * random.normal();
  softmax(std::span<double>(row));
  return row;
}

/// As the definition reads: every entry of diag(p) − ppᵀ.
double norm_by_definition(const std::vector<double>& p) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t j = 0; j < p.size(); ++j) {
      const double entry = (i == j ? p[i] : 0) - p[i] * p[j];
      sum += entry * entry;
    }
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("The norm of softmax's Jacobian is that of the matrix written out", "[jacobian]") {
  RandomState random(1);
  for (int run = 0; run < 20; ++run) {
    const auto p = random_row(random, 1 + run, 0.3 * run);
    // Both are sums of 400 terms at most; the matrix loses a few digits where p is near 1.
    CHECK_THAT(softmax_jacobian_norm(p),
               WithinRel(norm_by_definition(p), 1e-10) || Catch::Matchers::WithinAbs(0, 1e-15));
  }
}

TEST_CASE("An even row of n keys has a Jacobian of norm √(n − 1)/n, and none has more than ½", "[jacobian]") {
  for (const int n : {1, 2, 3, 64, 1000}) {
    const std::vector<double> even(static_cast<std::size_t>(n), 1.0 / n);
    CHECK_THAT(softmax_jacobian_norm(even), WithinRel(std::sqrt(n - 1.0) / n, 1e-12));
  }
  RandomState random(2);
  for (int run = 0; run < 1000; ++run) CHECK(softmax_jacobian_norm(random_row(random, 2 + run % 7, 3)) <= 0.5);
}

TEST_CASE("A row that is all but one-hot keeps the digits of its small norm", "[jacobian]") {
  for (const double small : {1e-10, 1e-30, 1e-100})
    CHECK_THAT(softmax_jacobian_norm(std::vector<double>{1 - small, small}), WithinRel(2 * small, 1e-9));
  CHECK(softmax_jacobian_norm(std::vector<double>{0, 1, 0}) == 0);
  CHECK(softmax_jacobian_norm({}) == 0);
}
