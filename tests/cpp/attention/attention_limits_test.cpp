#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/attention/attention.h"

using namespace heed;
using Catch::Matchers::Message;
using heed::test::close_to;
using heed::test::random_tensor;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Inputs {
  Tensor<float> query;
  Tensor<float> key;
  Tensor<float> value;
};

Inputs inputs(Index queries, Index keys, Index d_k = 16, Index d_v = 8, Index heads = 1) {
  RandomState random(9);
  return {random_tensor(random, {1, heads, queries, d_k}), random_tensor(random, {1, heads, keys, d_k}),
          random_tensor(random, {1, heads, keys, d_v})};
}

/// Both ways must pass each case.
AttentionOptions<float> either_way() {
  AttentionOptions<float> options;
  options.weights = options.logits = GENERATE(false, true);
  return options;
}

}  // namespace

TEST_CASE("No queries, no keys, one of each", "[attention][limits]") {
  const auto options = either_way();
  SECTION("no queries") {
    const auto [query, key, value] = inputs(0, 5);
    CHECK(attention(query, key, value, options).output.shape == Shape{1, 1, 0, 8});
  }
  SECTION("no keys: nothing to attend to") {
    const auto [query, key, value] = inputs(3, 0);
    const auto result = attention(query, key, value, options);
    CHECK_THAT(result.output.data, close_to(std::vector<float>(24, 0), 0));
    CHECK_THAT(result.entropy.data, close_to(std::vector<float>(3, 0), 0));
    CHECK_THAT(result.log_sum_exp.data, close_to(std::vector<float>(3, -kInfinity), 0));
  }
  SECTION("one token takes its own value") {
    const auto [query, key, value] = inputs(1, 1);
    const auto result = attention(query, key, value, options);
    CHECK_THAT(result.output.data, close_to(value.data, 0));
    CHECK(result.entropy.data[0] == 0);
    CHECK(result.visible_keys.data[0] == 1);
  }
  SECTION("values without components") {
    const auto [query, key, value] = inputs(3, 5, 4, 0);
    CHECK(attention(query, key, value, options).output.data.empty());
  }
  SECTION("no heads, no batch") {
    const Tensor<float> query({0, 1, 3, 4});
    CHECK(attention(query, query, query, options).output.data.empty());
  }
}

TEST_CASE("A fully masked row is 0, not NaN", "[attention][limits]") {
  auto options = either_way();
  const auto [query, key, value] = inputs(4, 150);
  Tensor<std::uint8_t> mask({1, 1, 4, 150});
  Tensor<float> bias({1, 1, 4, 1});
  const auto by = GENERATE("mask", "bias", "window", "length");
  if (by == std::string("mask")) {
    for (std::size_t j = 0; j < 600; ++j) mask.data[j] = j / 150 == 2 ? 0 : 1;
    options.mask = mask;
  } else if (by == std::string("bias")) {
    bias.data[2] = -kInfinity;
    options.bias = bias;
  } else if (by == std::string("window")) {
    options.window_left = 0;
    options.query_offset = 148;  // queries 2 and 3 stand beyond the last key
  } else {
    options.key_lengths = {0};
  }
  const auto result = attention(query, key, value, options);
  INFO(by);
  for (std::size_t c = 0; c < 8; ++c) CHECK(result.output.data[2 * 8 + c] == 0);
  CHECK(result.entropy.data[2] == 0);
  CHECK(result.log_sum_exp.data[2] == -kInfinity);
  CHECK(result.visible_keys.data[2] == 0);
  if (options.weights)
    for (std::size_t j = 0; j < 150; ++j) CHECK(result.weights.data[2 * 150 + j] == 0);
  for (const float number : result.output.data) CHECK(std::isfinite(number));
}

TEST_CASE("A hidden key does not reach the result, whatever it holds", "[attention][limits]") {
  auto options = either_way();
  const float poison = GENERATE(kNan, kInfinity, -kInfinity, 3e38f);
  const auto [query, clean_key, clean_value] = inputs(60, 200, 16, 8);
  Tensor<float> key = clean_key;
  Tensor<float> value = clean_value;
  const auto spoil = [&](Index j) {
    std::fill_n(key.data.begin() + j * 16, 16, poison);
    std::fill_n(value.data.begin() + j * 8, 8, poison);
  };
  Tensor<std::uint8_t> mask({1, 1, 1, 200});
  Tensor<float> bias({1, 1, 1, 200});
  const auto by = GENERATE("mask", "bias", "causal", "window", "length");
  INFO(by << " hides " << poison);
  if (by == std::string("mask")) {
    std::fill(mask.data.begin(), mask.data.end(), std::uint8_t{1});
    mask.data[7] = mask.data[130] = 0;
    options.mask = mask;
  } else if (by == std::string("bias")) {
    bias.data[7] = bias.data[130] = -kInfinity;
    options.bias = bias;
  } else if (by == std::string("causal")) {
    options.causal = true;
    options.query_offset = -53;  // the last query sees key 6
  } else if (by == std::string("window")) {
    options.window_left = 1;
    options.window_right = 2;
    options.query_offset = 60;  // keys 59 to 121
  } else {
    options.key_lengths = {7};
  }
  const auto clean = attention(query, key, value, options);
  spoil(7);
  spoil(130);
  const auto result = attention(query, key, value, options);
  // The careful product of a tile with NaN adds in another order: a few units in the last place.
  CHECK_THAT(result.output.data, close_to(clean.output.data, 2e-6));
  CHECK_THAT(result.entropy.data, close_to(clean.entropy.data, 2e-6));
  CHECK_THAT(result.log_sum_exp.data, close_to(clean.log_sum_exp.data, 2e-6));
  CHECK_THAT(result.weights.data, close_to(clean.weights.data, 2e-6));
}

TEST_CASE("A causal key with NaN spoils only the queries that see it", "[attention][limits]") {
  auto options = either_way();
  options.causal = true;
  auto [query, key, value] = inputs(150, 150);
  key.data[100 * 16] = kNan;
  value.data[120 * 8 + 3] = kNan;
  const auto result = attention(query, key, value, options);
  for (std::size_t i = 0; i < 150; ++i) {
    CHECK(std::isnan(result.entropy.data[i]) == (i >= 100));
    CHECK(std::isnan(result.log_sum_exp.data[i]) == (i >= 100));
    CHECK(std::isnan(result.output.data[i * 8]) == (i >= 100));
    CHECK(std::isnan(result.output.data[i * 8 + 3]) == (i >= 100));
  }
}

TEST_CASE("A NaN among the visible values stays visible", "[attention][limits]") {
  const auto options = either_way();
  auto [query, key, value] = inputs(5, 140);
  value.data[137 * 8 + 2] = kNan;
  const auto result = attention(query, key, value, options);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(std::isnan(result.output.data[i * 8 + 2]));
    CHECK(std::isfinite(result.output.data[i * 8 + 1]));
    CHECK(std::isfinite(result.entropy.data[i]));
  }
}

TEST_CASE("A NaN in a query spoils its own row only", "[attention][limits]") {
  const auto options = either_way();
  auto [query, key, value] = inputs(5, 140);
  query.data[3 * 16] = kNan;
  const auto result = attention(query, key, value, options);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(std::isnan(result.output.data[i * 8]) == (i == 3));
    CHECK(std::isnan(result.log_sum_exp.data[i]) == (i == 3));
  }
}

TEST_CASE("What does not fit is refused with the values", "[attention][errors]") {
  const auto [query, key, value] = inputs(4, 8);
  AttentionOptions<float> options;
  const auto refuses = [&](const Tensor<float>& q, const Tensor<float>& k, const Tensor<float>& v, const char* with) {
    CHECK_THROWS_MATCHES(attention(q, k, v, options), std::invalid_argument, Message(with));
  };
  SECTION("lengths") { refuses(query, Tensor<float>({1, 1, 7, 16}), value, "K has 7 rows but V has 8"); }
  SECTION("dims") {
    refuses(query, Tensor<float>({1, 1, 8, 12}), value, "Q has dim 16 but K has 12; the dot product needs them equal");
    refuses(Tensor<float>({1, 1, 4, 0}), Tensor<float>({1, 1, 8, 0}), value,
            "Q and K have dim 0; a dot product needs at least 1");
  }
  SECTION("batches") {
    refuses(query, Tensor<float>({2, 1, 8, 16}), value, "Q has batch 1 but K has 2");
    refuses(query, key, Tensor<float>({2, 1, 8, 8}), "K has batch 1 but V has 2");
  }
  SECTION("heads") {
    refuses(query, key, Tensor<float>({1, 2, 8, 8}), "K has 1 heads but V has 2");
    refuses(Tensor<float>({1, 5, 4, 16}), Tensor<float>({1, 2, 8, 16}), Tensor<float>({1, 2, 8, 8}),
            "Q has 5 heads, which is not a multiple of K's 2");
  }
  SECTION("scale, temperature, softcap") {
    options.scale = std::numeric_limits<double>::infinity();
    refuses(query, key, value, "scale is inf; it must be finite");
    options.scale = 1;
    options.temperature = 0;
    refuses(query, key, value, "temperature is 0; it must be finite and above 0");
    options.temperature = 1;
    options.softcap = -2;
    refuses(query, key, value, "softcap is -2; it must be finite and at least 0 (0 turns it off)");
  }
  SECTION("window and offset") {
    options.window_left = -3;
    refuses(query, key, value, "window left is -3; it must be from 0 to 1073741824");
    options.window_left = {};
    options.query_offset = (Index{1} << 30) + 1;
    refuses(query, key, value, "query offset is 1073741825; it must be within ±1073741824");
  }
  SECTION("mask and bias") {
    const Tensor<std::uint8_t> mask({1, 1, 4, 7});
    options.mask = mask;
    refuses(query, key, value,
            "mask has shape (1, 1, 4, 7), which does not broadcast to (batch, heads, queries, keys) = (1, 1, 4, 8)");
    options.mask = {};
    const Tensor<float> bias({1, 3, 4, 8});
    options.bias = bias;
    refuses(query, key, value,
            "bias has shape (1, 3, 4, 8), which does not broadcast to (batch, heads, queries, keys) = (1, 1, 4, 8)");
  }
  SECTION("key lengths") {
    options.key_lengths = {3, 4};
    refuses(query, key, value, "there are 2 key lengths but batch is 1");
    options.key_lengths = {9};
    refuses(query, key, value, "key length 0 is 9 but K has 8 rows");
    options.key_lengths = {-1};
    refuses(query, key, value, "key length 0 is -1 but K has 8 rows");
  }
}

TEST_CASE("Weights too large for memory are refused with their size", "[attention][errors][memory]") {
  const Tensor<float> tokens({1, 1, 20'000'000, 1});
  AttentionOptions<float> options;
  options.weights = true;
  CHECK_THROWS_MATCHES(
      attention(tokens, tokens, tokens, options), OutOfMemory,
      Message("the weights of shape (1, 1, 20000000, 20000000) would take 1.6e+06 GB, more than this machine or "
              "browser gives"));
}

TEST_CASE("Tensors refuse impossible shapes", "[tensor][errors]") {
  CHECK_THROWS_MATCHES(Tensor<float>({1, 1, 2, 3}, std::vector<float>(5)), std::invalid_argument,
                       Message("shape (1, 1, 2, 3) needs 6 values but there are 5"));
  CHECK_THROWS_MATCHES(Tensor<float>({1, -1, 2, 3}), std::invalid_argument,
                       Message("shape (1, -1, 2, 3) has a negative axis"));
  const Index most = std::numeric_limits<Index>::max();
  CHECK_THROWS_AS((Shape{most, most, 1, 1}.size()), std::invalid_argument);
  CHECK_THROWS_AS(Tensor<float>({most, most, 1, 1}), OutOfMemory);
}

TEST_CASE("A block of weights outside the matrix is refused", "[attention][errors]") {
  const auto [query, key, value] = inputs(4, 8);
  const auto lse = attention(query, key, value).log_sum_exp;
  const auto block_of = [&](const WeightsBlock& block) { return attention_weights<float>(query, key, lse, block); };
  CHECK_THROWS_MATCHES(block_of({.row = 2, .rows = 3, .columns = 8}), std::invalid_argument,
                       Message("the block of 3 × 8 weights at (2, 0) does not lie within 4 queries × 8 keys"));
  CHECK_THROWS_MATCHES(block_of({.head = 1}), std::invalid_argument,
                       Message("there is no head (0, 1) in Q of shape (1, 1, 4, 16)"));
  CHECK_THROWS_MATCHES(attention_weights<float>(query, key, value, {}), std::invalid_argument,
                       Message("the log-sum-exp has shape (1, 1, 8, 8) but Q asks for (1, 1, 4, 1)"));
}
