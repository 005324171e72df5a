#include "explain/scaling/scaling.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

#include "../support/close_to.h"
#include "explain/scaling/softmax_jacobian.h"
#include "heed/attention/metrics/entropy.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using heed::test::close_to;

TEST_CASE("The variance of q·k is d_k, and 1 with the scale", "[scaling]") {
  const auto dim = GENERATE(1, 4, 64, 1024);
  const ScalingOptions options{.dim = dim};
  const auto result = scaling_experiment(options);
  // Of z = q·k/√d, E z² = 1 and Var z² = 2 + 6/d; products that share q or k have Cov(z², z'²) = Var(|q|²/d) = 2/d. So the
  // mean of z² over m × n products in each of r repeats has variance (2 + 6/d + (m + n − 2) 2/d) / (m n r). Five deviations.
  const double d = dim;
  const auto m = static_cast<double>(options.queries);
  const auto n = static_cast<double>(options.keys);
  const auto r = static_cast<double>(options.repeats);
  const double deviation = std::sqrt((2 + 6 / d + (m + n - 2) * 2 / d) / (m * n * r));
  CHECK_THAT(result.unscaled.variance.mean / d, WithinAbs(1, 5 * deviation));
  CHECK_THAT(result.scaled.variance.mean, WithinRel(result.unscaled.variance.mean / d, 1e-12));
  CHECK(result.unscaled.variance.low <= result.unscaled.variance.median);
  CHECK(result.unscaled.variance.median <= result.unscaled.variance.high);
}

TEST_CASE("Products fall into bins as exact theory has it, and not as the normal limit does where d_k is small",
          "[scaling]") {
  const auto dim = GENERATE(1, 3, 16);
  // One query and one key a repeat, so that products are independent and Pearson's statistic has the chi-square
  // distribution of as many degrees as there are bins, whose deviation is √(2 · bins).
  const auto result = scaling_experiment({.dim = dim, .keys = 1, .queries = 1, .repeats = 20000});
  const auto statistic = [&](const std::vector<double>& expected) {
    double sum = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double difference = result.measured[i] - expected[i];
      sum += difference * difference / expected[i] * static_cast<double>(result.products);
    }
    return sum;
  };
  REQUIRE(result.products == 20000);
  REQUIRE(result.measured.size() + 1 == scaling_bin_edges().size());
  const auto bins = static_cast<double>(result.measured.size());
  CHECK(std::abs(statistic(result.exact) - bins) < 5 * std::sqrt(2 * bins));
  if (dim == 1) CHECK(statistic(result.normal) > 10 * bins);
}

TEST_CASE("What is said of a row is true of its weights", "[scaling]") {
  const auto result = scaling_experiment({.dim = 16, .keys = 9, .queries = 1, .repeats = 1});
  for (const auto* softmax : {&result.unscaled, &result.scaled}) {
    const auto& p = softmax->first_row;
    REQUIRE(p.size() == 9);
    CHECK_THAT(std::accumulate(p.begin(), p.end(), 0.0), WithinAbs(1, 1e-14));
    CHECK(softmax->largest_weight.median == *std::max_element(p.begin(), p.end()));
    CHECK_THAT(softmax->entropy.median, WithinAbs(entropy(std::span<const double>(p)) / std::log(9.0), 1e-14));
    CHECK(softmax->jacobian.median == softmax_jacobian_norm(p));
  }
  // Weights are exponentials of logits: the logarithm of their ratio is √d_k = 4 times as large without the scale.
  for (std::size_t i = 1; i < 9; ++i) {
    const auto ratio = [&](const ScaledSoftmax& of) { return std::log(of.first_row[i] / of.first_row[0]); };
    CHECK_THAT(ratio(result.unscaled), WithinAbs(4 * ratio(result.scaled), 1e-12));
  }
}

TEST_CASE("The gradient is the Jacobian's on the values", "[scaling]") {
  // Of two keys J v = p (1 − p) (v₁ − v₂) (1, −1) and ‖J‖ = 2 p (1 − p), so that E ‖J v‖ = √(2/π) ‖J‖ with normal values.
  // The deviation of |N(0,1)| is 0.76 of its mean; J varies less than its mean: five deviations of a mean of 20000.
  const auto result = scaling_experiment({.dim = 2, .keys = 2, .queries = 1, .repeats = 20000});
  const double expected = std::sqrt(2 / std::numbers::pi);
  for (const auto* softmax : {&result.unscaled, &result.scaled})
    CHECK_THAT(softmax->gradient.mean / softmax->jacobian.mean,
               WithinAbs(expected, 5 * expected * std::sqrt(2.0 / 20000)));
}

TEST_CASE("With the scale the softmax stays as it is whatever d_k; without, it saturates and its gradient vanishes",
          "[scaling]") {
  const auto last = scaling_experiment({.dim = 4096});
  ScaledSoftmax before = scaling_experiment({.dim = 16}).unscaled;
  for (const Index dim : {64, 256, 1024}) {
    const auto result = scaling_experiment({.dim = dim});
    // A median of 256 rows of these spreads has a deviation of up to 4 %; two are compared.
    CHECK_THAT(result.scaled.largest_weight.median, WithinRel(last.scaled.largest_weight.median, 0.2));
    CHECK_THAT(result.scaled.entropy.median, WithinRel(last.scaled.entropy.median, 0.02));
    CHECK_THAT(result.scaled.jacobian.median, WithinRel(last.scaled.jacobian.median, 0.1));
    CHECK_THAT(result.scaled.gradient.median, WithinRel(last.scaled.gradient.median, 0.2));
    CHECK(result.unscaled.largest_weight.median > before.largest_weight.median);
    CHECK(result.unscaled.entropy.median < before.entropy.median);
    CHECK(result.unscaled.jacobian.median < before.jacobian.median / 1.5);
    CHECK(result.unscaled.gradient.median < before.gradient.median / 1.5);
    before = result.unscaled;
  }
  CHECK(last.unscaled.largest_weight.median > 0.999);
  CHECK(last.unscaled.gradient.median < 1e-5 * last.scaled.gradient.median);
}

TEST_CASE("Over many keys the scaled softmax has half a nat less entropy than an even share", "[scaling]") {
  // Logits are then standard normal: ln Σ exp s → ln n + ½ and Σ p s → 1, so that H → ln n − ½, with an error of about
  // (e + 1)/(2n) = 0.002 nats. Rows differ by 0.05, and 32 of them are independent.
  const auto result = scaling_experiment({.dim = 1024, .keys = 1024, .queries = 16, .repeats = 2});
  CHECK_THAT(result.scaled.entropy.mean * std::log(1024.0), WithinAbs(std::log(1024.0) - 0.5, 0.05));
}

TEST_CASE("A larger d_k continues the vectors of a smaller one, and a seed gives the same again", "[scaling]") {
  const ScalingOptions options{.dim = 64, .keys = 4, .queries = 2, .repeats = 3, .seed = 5};
  const auto result = scaling_experiment(options);
  CHECK(scaling_experiment(options).unscaled.first_row == result.unscaled.first_row);
  auto other = options;
  other.seed = 6;
  CHECK(scaling_experiment(other).unscaled.first_row != result.unscaled.first_row);
  // A 65th component adds q₆₅ k₆₅ to each product; were the vectors drawn anew, the logits would differ by about √128.
  other = options;
  other.dim = 65;
  const auto longer = scaling_experiment(other);
  const auto logit = [](const ScalingResult& of) {
    return std::log(of.unscaled.first_row[1] / of.unscaled.first_row[0]);
  };
  CHECK_THAT(logit(longer), WithinAbs(logit(result), 4));
}

TEST_CASE("Experiments without vectors are refused", "[scaling]") {
  const auto refuses = [](const ScalingOptions& options, const char* why) {
    CHECK_THROWS_MATCHES(scaling_experiment(options), std::invalid_argument, Message(why));
  };
  refuses({.dim = 0}, "d_k is 0; it must be at least 1");
  refuses({.keys = -3}, "there are -3 keys; there must be at least 1");
  refuses({.queries = 0}, "there are 0 queries; there must be at least 1");
  refuses({.repeats = 0}, "there are 0 repeats; there must be at least 1");
}
