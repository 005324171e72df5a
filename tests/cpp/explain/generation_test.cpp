#include "explain/generation.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>

#include "../support/random_tensor.h"
#include "../support/reference_attention.h"

using namespace heed;
using namespace heed::explain;
using namespace heed::test;

namespace {

constexpr Index kDim = 16;
// Float sums of a dozen products of numbers near 1, in an order of their own.
constexpr double kRounding = 1e-6;

struct Tokens {
  Tensor<float> query, key, value;
};

/// The first of always the same tokens.
Tokens first_tokens(Index count) {
  RandomState random(4);
  Tokens tokens{Tensor<float>({1, 1, count, kDim}), Tensor<float>({1, 1, count, kDim}),
                Tensor<float>({1, 1, count, kDim})};
  for (std::size_t i = 0; i < tokens.query.data.size(); ++i)
    for (Tensor<float>* tensor : {&tokens.query, &tokens.key, &tokens.value})
      tensor->data[i] = static_cast<float>(random.normal());
  return tokens;
}

GenerationStep<float> step(const Tokens& tokens, bool causal) {
  AttentionOptions<float> options;
  options.causal = causal;
  return generation_step<float>(tokens.query, tokens.key, tokens.value, options);
}

}  // namespace

TEST_CASE("The row that a new token adds is that of the whole matrix, and causal rows never change", "[generation]") {
  for (Index count = 1; count <= 12; ++count) {
    const auto added = step(first_tokens(count), true);
    CHECK(added.weights.largest < kRounding);
    CHECK(added.output.largest < kRounding);
    CHECK(added.earlier.largest < kRounding);
    CHECK(added.added.output.shape == Shape{1, 1, 1, kDim});
  }
}

TEST_CASE("Without the mask the new row is the same, but the earlier ones change", "[generation]") {
  for (Index count = 2; count <= 12; ++count) {
    const auto added = step(first_tokens(count), false);
    CHECK(added.weights.largest < kRounding);
    CHECK(added.earlier.largest > 0.01);
  }
}

TEST_CASE("How far earlier rows move is what two plain evaluations differ by", "[generation]") {
  const Tokens three = first_tokens(3), two = first_tokens(2);
  const auto now = reference_attention<double>(three.query, three.key, three.value, {});
  const auto before = reference_attention<double>(two.query, two.key, two.value, {});
  double largest = 0;
  for (std::size_t i = 0; i < before.output.data.size(); ++i)
    largest = std::max(largest, std::abs(now.output.data[i] - before.output.data[i]));
  CHECK(std::abs(step(three, false).earlier.largest - largest) < kRounding);
}

TEST_CASE("Masks, biases and key lengths of all tokens are cut to those that have arrived", "[generation]") {
  const Index count = GENERATE(1, 2, 5);
  const Tokens tokens = first_tokens(count);
  RandomState random(8);
  // Each axis of queries and keys whole or 1.
  const Index rows = GENERATE(0, 1) == 0 ? 1 : count;
  const Index columns = GENERATE(0, 1) == 0 ? 1 : count;
  CAPTURE(count, rows, columns);
  auto bias = random_tensor(random, {1, 1, rows, columns});
  Tensor<std::uint8_t> mask({1, 1, rows, columns}, std::vector<std::uint8_t>(bias.data.size(), 1));
  mask.data.back() = columns == 1 ? 1 : 0;
  AttentionOptions<float> options;
  options.causal = true;
  options.bias = bias;
  options.mask = mask;
  options.key_lengths = {count};
  const auto step = generation_step<float>(tokens.query, tokens.key, tokens.value, options);
  CHECK(step.weights.largest < kRounding);
  CHECK(step.output.largest < kRounding);
  CHECK(step.earlier.largest < kRounding);
  const auto expected = reference_attention<double>(tokens.query, tokens.key, tokens.value, options);
  for (std::size_t c = 0; c < kDim; ++c)
    CHECK(std::abs(static_cast<double>(step.added.output.data[c]) -
                   expected.output.data[expected.output.data.size() - kDim + c]) < kRounding);
}

TEST_CASE("The first token has nothing before it", "[generation]") {
  const auto first = step(first_tokens(1), true);
  CHECK(first.earlier.largest == 0);
  CHECK(first.whole.weights.data == std::vector<float>{1});
}

TEST_CASE("No token, and fewer keys than queries, cannot be generated", "[generation]") {
  CHECK_THROWS_WITH(step({Tensor<float>({1, 1, 0, 4}), Tensor<float>({1, 1, 0, 4}), Tensor<float>({1, 1, 0, 4})}, true),
                    "there are 0 queries and 0 keys; there must be a token, and a key for each");
  CHECK_THROWS_WITH(step({Tensor<float>({1, 1, 3, 4}), Tensor<float>({1, 1, 2, 4}), Tensor<float>({1, 1, 2, 4})}, true),
                    "there are 3 queries and 2 keys; there must be a token, and a key for each");
}
