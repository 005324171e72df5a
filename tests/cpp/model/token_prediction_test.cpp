#include "heed/model/token_prediction.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>

using namespace heed;
using Catch::Matchers::WithinRel;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("The most likely tokens come with their softmax over all tokens, of equal logits the lower id first",
          "[token prediction]") {
  // e^logit is 1, 2, 4, 2 and 0: together 9.
  const std::vector<float> logits{0, std::log(2.0F), std::log(4.0F), std::log(2.0F), -kInfinity};
  const auto predictions = most_likely_tokens(logits, 3);
  REQUIRE(predictions.size() == 3);
  const Index ids[] = {2, 1, 3};
  const double probabilities[] = {4 / 9.0, 2 / 9.0, 2 / 9.0};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(predictions[i].id == ids[i]);
    CHECK(predictions[i].rank == static_cast<Index>(i));
    CHECK(predictions[i].logit == double{logits[static_cast<std::size_t>(ids[i])]});
    CHECK_THAT(predictions[i].probability, WithinRel(probabilities[i], 1e-6));
  }
  CHECK(most_likely_tokens(logits, 9).size() == 5);
  const auto chosen = predictions_of(logits, std::vector<Index>{4, 3});
  CHECK(chosen[0].probability == 0);
  CHECK(chosen[0].rank == 4);
  CHECK(chosen[1].rank == 2);
}

TEST_CASE("Probabilities of a large vocabulary add up to 1, however large the logits", "[token prediction]") {
  std::vector<float> logits(100'000);
  for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = 1e30F + static_cast<float>(i % 7);
  double sum = 0;
  for (const TokenPrediction& prediction : most_likely_tokens(logits, 100'000)) sum += prediction.probability;
  CHECK_THAT(sum, WithinRel(1.0, 1e-9));
}

TEST_CASE("Predictions from what is no logit, and of what is no token, are refused", "[token prediction]") {
  const std::vector<float> logits{0, 1};
  CHECK_THROWS_WITH(most_likely_tokens(logits, 0), "the count of tokens is 0; it must be at least 1");
  CHECK_THROWS_WITH(predictions_of(logits, std::vector<Index>{2}), "there is no token 2 among 2");
  CHECK_THROWS_WITH(most_likely_tokens({}, 1), "there are no logits to choose from");
  CHECK_THROWS_WITH(most_likely_tokens(std::vector<float>{0, kInfinity}, 1), "logit 1 is inf; no token can be chosen");
  CHECK_THROWS_WITH(predictions_of(std::vector<float>{-kInfinity, -kInfinity}, std::vector<Index>{0}),
                    "all 2 logits are −∞; no token can be chosen");
}
