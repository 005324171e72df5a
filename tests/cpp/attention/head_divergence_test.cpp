#include "heed/attention/metrics/head_divergence.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "../support/close_to.h"
#include "../support/fixture.h"
#include "../support/random_tensor.h"
#include "heed/attention/attention.h"

using namespace heed;
using namespace heed::test;
using std::numbers::ln2;

namespace {

double between(const std::vector<double>& p, const std::vector<double>& q) { return jensen_shannon<double>(p, q); }

}  // namespace

TEST_CASE("Divergences of heads agree with SciPy", "[divergence]") {
  const Tensor<double> weights({2, 5, 4, 7}, fixture("heads.txt", "weights"));
  // SciPy squares a root of a sum of a few numbers below 1.
  CHECK_THAT(head_divergence<double>(weights).data, close_to(fixture("heads.txt", "divergence"), 1e-14));
}

TEST_CASE("Divergences at their bounds", "[divergence]") {
  CHECK(between({0.25, 0.75, 0}, {0.25, 0.75, 0}) == 0);
  CHECK(between({0.5, 0.5, 0}, {0, 0, 1}) == ln2);
  // H(m) − (H(p) + H(q)) / 2 with m = (3/4, 1/4): Lin's other form.
  const double mixed = -0.75 * std::log(0.75) - 0.25 * std::log(0.25);
  CHECK(std::abs(between({1, 0}, {0.5, 0.5}) - (mixed - ln2 / 2)) < 1e-15);
  CHECK(std::isnan(between({1, 0}, {std::numeric_limits<double>::quiet_NaN(), 1})));
}

TEST_CASE("Divergences of attention are symmetric, between 0 and ln 2, and 0 on the diagonal", "[divergence]") {
  RandomState random(5);
  for (const double size : {0.01, 1.0, 100.0}) {
    AttentionOptions<float> options;
    options.causal = options.weights = true;
    const auto query = random_tensor(random, {1, 6, 12, 4}, size), key = random_tensor(random, {1, 6, 12, 4}, size);
    const Tensor<float> divergence = head_divergence<float>(attention(query, key, key, options).weights);
    for (std::size_t g = 0; g < 6; ++g)
      for (std::size_t h = 0; h < 6; ++h) {
        const float apart = divergence.data[g * 6 + h];
        CHECK(apart == divergence.data[h * 6 + g]);
        // Rows of float32 weights add up to 1 within a few units in the last place.
        CHECK((apart >= 0 && apart <= ln2 * (1 + 1e-6)));
        CHECK((g != h || apart == 0));
      }
  }
}

TEST_CASE("A row that is masked away has nothing to compare", "[divergence]") {
  const Tensor<float> weights({1, 2, 2, 2}, {1, 0, 0, 0,  //
                                             0, 1, 0, 0});
  CHECK(head_divergence<float>(weights).data[1] == static_cast<float>(ln2));
  CHECK(head_divergence<float>(Tensor<float>({1, 2, 2, 2})).data[1] == 0);
}

TEST_CASE("Distributions of different lengths are refused", "[divergence]") {
  CHECK_THROWS_WITH(between({1}, {0.5, 0.5}), "one distribution has 1 numbers and the other 2");
}

TEST_CASE("The divergence of two matrices is the mean of their rows' divergences", "[divergence]") {
  const std::vector<double> one = {0.25, 0.75, 1, 0, 0.5, 0.5};
  const std::vector<double> other = {0.25, 0.75, 0, 1, 0.5, 0.5};
  CHECK(mean_row_divergence<double>(one, other, 2) == ln2 / 3);
  CHECK(mean_row_divergence<double>(one, one, 3) == 0);
  CHECK(mean_row_divergence<double>({}, {}, 3) == 0);
  CHECK_THROWS_WITH(mean_row_divergence<double>(one, std::vector<double>(4), 2),
                    "one matrix has 6 weights and the other 4");
  CHECK_THROWS_WITH(mean_row_divergence<double>(one, other, 4), "6 weights are no rows of 4 keys");
  CHECK_THROWS_WITH(mean_row_divergence<double>(one, other, 0), "6 weights are no rows of 0 keys");
}
