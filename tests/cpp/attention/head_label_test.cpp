#include "heed/attention/metrics/head_label.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <string>

using namespace heed;

namespace {

constexpr Index kLength = 6;
const std::vector<std::int32_t> kTokens{7, 8, 9, 7, 8, 9};

/// One head that gives all of query i's attention to key looked_at(i).
template <typename LookedAt>
Tensor<float> looking_at(LookedAt looked_at) {
  Tensor<float> weights({1, 1, kLength, kLength});
  for (Index i = 0; i < kLength; ++i) weights.data[static_cast<std::size_t>(i * kLength + looked_at(i))] = 1;
  return weights;
}

std::string label(const Tensor<float>& weights, float visible = 0) {
  Tensor<float> visible_keys({1, 1, kLength, 1});
  for (Index i = 0; i < kLength; ++i)
    visible_keys.data[static_cast<std::size_t>(i)] = visible > 0 ? visible : static_cast<float>(i + 1);
  return name_of(
      label_of(head_metrics<float>(weights, visible_keys).front(), token_scores<float>(weights, kTokens).front()));
}

}  // namespace

TEST_CASE("A head is labelled by what it mostly looks at", "[head labels]") {
  CHECK(label(looking_at([](Index i) { return i == 0 ? 0 : i - 1; })) == "previous token");
  CHECK(label(looking_at([](Index) { return 0; })) == "first token");
  CHECK(label(looking_at([](Index i) { return i; })) == "self");
  CHECK(label(looking_at([](Index i) { return i < 3 ? i : i - 3; })) == "duplicate token");
  CHECK(label(looking_at([](Index i) { return i < 3 ? i : i - 2; })) == "induction");
  CHECK(label(looking_at([](Index i) { return i < 5 ? i + 1 : 4; }), kLength) == "local");
  CHECK(label(looking_at([](Index i) { return i < 3 ? i + 3 : i - 3; }), kLength) == "duplicate token");
  CHECK(label(looking_at([](Index i) { return i < 2 ? 5 : i == 5 ? 1 : 5; }), kLength) == "other");
  CHECK(label(Tensor<float>({1, 1, kLength, kLength}, std::vector<float>(kLength * kLength, 1.0F / kLength)),
              kLength) == "broad");
}

TEST_CASE("Weights that are NaN have no label", "[head labels]") {
  CHECK(label(Tensor<float>({1, 1, kLength, kLength}, std::vector<float>(kLength * kLength, NAN))) == "other");
}

TEST_CASE("Token scores count only queries whose token occurred before", "[head labels]") {
  const Tensor<float> weights = looking_at([](Index i) { return i < 5 ? 0 : 2; });
  const TokenScores scores = token_scores<float>(weights, kTokens).front();
  // Query 3 gives its attention to token 0, which equals it; query 4 to one that does not, and query 5 to its equal.
  CHECK(std::abs(scores.duplicate_token - 2.0 / 3) < 1e-12);
  CHECK(scores.induction == 0);
  const std::vector<std::int32_t> different{1, 2, 3, 4, 5, 6};
  CHECK(token_scores<float>(weights, different).front().duplicate_token == 0);
  CHECK_THROWS_WITH(token_scores<float>(weights, std::vector<std::int32_t>{1}),
                    "there are 1 tokens for weights of shape (1, 1, 6, 6)");
}
