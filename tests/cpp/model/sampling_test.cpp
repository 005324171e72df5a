#include "heed/model/sampling.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>

using namespace heed;
using Catch::Matchers::WithinAbs;

namespace {

/// Probabilities 0.5, 0.3, 0.15 and 0.05, not in order.
const std::vector<float> kLogits{std::log(0.15F), std::log(0.5F), std::log(0.05F), std::log(0.3F)};

/// How often each token is chosen, as a share of 20000.
std::vector<double> shares(const SamplingOptions& options) {
  RandomState random(7);
  std::vector<double> shares(kLogits.size());
  for (int i = 0; i < 20000; ++i) shares[static_cast<std::size_t>(sample(kLogits, options, random).id)] += 1.0 / 20000;
  return shares;
}

}  // namespace

TEST_CASE("at temperature 0 the most likely token is chosen, the first of equal ones, without a random number",
          "[model]") {
  RandomState random(1);
  const SampledToken token = sample(kLogits, {}, random);
  CHECK(token.id == 1);
  CHECK_THAT(token.probability, WithinAbs(0.5, 1e-6));  // logits are floats
  CHECK(sample(std::vector<float>{1, 3, 3}, {}, random).id == 1);
  CHECK(random.bits() == RandomState(1).bits());
}

TEST_CASE("tokens are chosen as often as their probabilities say, within temperature, top_k and top_p", "[model]") {
  // Four standard deviations of a share of 20000.
  const double tolerance = 4 * std::sqrt(0.25 / 20000);
  const auto check_shares = [&](const SamplingOptions& options, const std::vector<double>& expected) {
    const std::vector<double> actual = shares(options);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK_THAT(actual[i], WithinAbs(expected[i], tolerance));
      if (expected[i] == 0) CHECK(actual[i] == 0);
    }
  };
  check_shares({.temperature = 1}, {0.15, 0.5, 0.05, 0.3});
  // Temperature 1/2 squares probabilities: their sum is 0.365.
  check_shares({.temperature = 0.5}, {0.0225 / 0.365, 0.25 / 0.365, 0.0025 / 0.365, 0.09 / 0.365});
  check_shares({.temperature = 1, .top_k = 2}, {0, 0.625, 0, 0.375});
  check_shares({.temperature = 1, .top_k = 9}, {0.15, 0.5, 0.05, 0.3});
  // 0.5 + 0.3 do not reach 0.85; with 0.15 they do.
  check_shares({.temperature = 1, .top_p = 0.85}, {0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95});
  check_shares({.temperature = 1, .top_p = 1e-9}, {0, 1, 0, 0});
  // top_p counts within top_k: 0.625 of its two reach 0.6.
  check_shares({.temperature = 1, .top_k = 2, .top_p = 0.6}, {0, 1, 0, 0});
  RandomState random(1);
  const SampledToken token = sample(kLogits, {.temperature = 0.5, .top_k = 1}, random);
  CHECK_THAT(token.probability, WithinAbs(0.25 / 0.365, 1e-6));
}

TEST_CASE("the smallest temperature and logits of −∞ choose what is possible", "[model]") {
  RandomState random(3);
  const float infinity = std::numeric_limits<float>::infinity();
  for (int i = 0; i < 100; ++i) {
    CHECK(sample(std::vector<float>{-infinity, 2, -infinity}, {.temperature = 5}, random).id == 1);
    CHECK(sample(kLogits, {.temperature = 1e-300}, random).id == 1);
  }
}

TEST_CASE("sampling names the option or logit that does not fit", "[model]") {
  RandomState random(1);
  const auto refused = [&](const SamplingOptions& options, const std::string& why) {
    CHECK_THROWS_WITH(sample(kLogits, options, random), why);
  };
  refused({.temperature = -1}, "temperature is -1; it must be finite and at least 0");
  refused({.temperature = INFINITY}, "temperature is inf; it must be finite and at least 0");
  refused({.temperature = 1, .top_k = -2}, "top_k is -2; it must be at least 0");
  refused({.temperature = 1, .top_p = 0}, "top_p is 0; it must be above 0 and at most 1");
  refused({.temperature = 1, .top_p = NAN}, "top_p is nan; it must be above 0 and at most 1");
  CHECK_THROWS_WITH(sample({}, {}, random), "there are no logits to choose from");
  CHECK_THROWS_WITH(sample(std::vector<float>{0, NAN}, {}, random), "logit 1 is nan; no token can be chosen");
  CHECK_THROWS_WITH(sample(std::vector<float>{INFINITY}, {}, random), "logit 0 is inf; no token can be chosen");
  CHECK_THROWS_WITH(sample(std::vector<float>{-INFINITY}, {}, random), "all 1 logits are −∞; no token can be chosen");
}
