#include "heed/training/head_scores.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>

using namespace heed;

namespace {

constexpr Index kLength = 8;
const std::vector<std::int32_t> kTokens{0, 1, 2, 3, 0, 1, 2, 3};

/// One head that gives all of query i's attention to key looked_at(i).
template <typename LookedAt>
HeadScores score(LookedAt looked_at) {
  Tensor<float> weights({1, 1, kLength, kLength});
  for (Index i = 0; i < kLength; ++i) weights.data[static_cast<std::size_t>(i * kLength + looked_at(i))] = 1;
  return head_scores<float>(weights, kTokens).at(0);
}

}  // namespace

TEST_CASE("A head that looks at the token before", "[head scores]") {
  const HeadScores s = score([](Index i) { return i == 0 ? 0 : i - 1; });
  CHECK(s.previous_token == 1);
  CHECK(s.self == 1.0 / 8);         // the first query has nothing else
  CHECK(s.first_token == 1.0 / 7);  // query 1
  CHECK(s.mean_distance == 7.0 / 8);
  CHECK(s.local == 1);
  CHECK(s.entropy == 0);
  CHECK(s.induction == 0);
}

TEST_CASE("A head that looks at what followed", "[head scores]") {
  const HeadScores s = score([](Index i) { return i < 4 ? 0 : i - 3; });
  CHECK(s.induction == 1);
  CHECK(s.previous_token == 1.0 / 7);
  CHECK(s.local == 3.0 / 8);  // queries 0 to 2
}

TEST_CASE("A head that does not care", "[head scores]") {
  Tensor<double> weights({1, 1, kLength, kLength});
  for (Index i = 0; i < kLength; ++i)
    for (Index j = 0; j <= i; ++j)
      weights.data[static_cast<std::size_t>(i * kLength + j)] = 1 / static_cast<double>(i + 1);
  const HeadScores s = head_scores<double>(weights, kTokens).at(0);
  CHECK(std::abs(s.entropy - 1) < 1e-12);
  // One key of i + 1, for queries 4 to 7.
  CHECK(std::abs(s.induction - (1 / 5.0 + 1 / 6.0 + 1 / 7.0 + 1 / 8.0) / 4) < 1e-12);
  CHECK(std::abs(s.mean_distance - 3.5 / 2) < 1e-12);  // the mean of i / 2
}

TEST_CASE("An even share of all keys has the normalised entropy 1 where the head is not causal", "[head scores]") {
  const Tensor<double> weights({1, 1, kLength, kLength}, std::vector<double>(kLength * kLength, 1.0 / kLength));
  CHECK(std::abs(head_scores<double>(weights, kTokens, {}, false).at(0).entropy - 1) < 1e-12);
}

TEST_CASE("Only the queries that count are scored", "[head scores]") {
  // Two sequences of a head that looks at the token before, whose last queries look at the first.
  Tensor<float> weights({2, 1, kLength, kLength});
  for (Index b = 0; b < 2; ++b)
    for (Index i = 0; i < kLength; ++i)
      weights.data[static_cast<std::size_t>((b * kLength + i) * kLength + (i == 0 || i >= 5 ? 0 : i - 1))] = 1;
  const std::vector<std::int32_t> tokens(2 * kLength);
  CHECK(head_scores<float>(weights, tokens, std::vector<Index>{5, 0}).at(0).previous_token == 1);
  CHECK(head_scores<float>(weights, tokens, std::vector<Index>{5, 8}).at(0).previous_token == 8.0 / 11);
  CHECK(head_scores<float>(weights, tokens).at(0).previous_token == 8.0 / 14);
  CHECK_THROWS_WITH(head_scores<float>(weights, tokens, std::vector<Index>{5}), "there are 1 lengths of 2 sequences");
  CHECK_THROWS_WITH(head_scores<float>(weights, tokens, std::vector<Index>{5, 9}),
                    "a length is 9; it must be from 0 to 8");
}

TEST_CASE("Scores of what does not fit are refused", "[head scores]") {
  CHECK_THROWS_WITH(head_scores<float>(Tensor<float>({1, 1, 2, 3}), std::vector<std::int32_t>(2)),
                    "the weights have shape (1, 1, 2, 3); each head's must be square");
  CHECK_THROWS_WITH(head_scores<float>(Tensor<float>({2, 1, 3, 3}), std::vector<std::int32_t>(5)),
                    "there are 5 tokens for weights of shape (2, 1, 3, 3)");
}
