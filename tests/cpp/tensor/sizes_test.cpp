#include "heed/tensor/sizes.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>

#include "../support/random_tensor.h"
#include "explain/scaling/scaling.h"
#include "heed/attention/attention_map.h"
#include "heed/attention/long_head.h"
#include "heed/attention/multi_head.h"
#include "heed/attention/self_attention.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using heed::test::random_tensor;

namespace {

constexpr Index kMost = std::numeric_limits<Index>::max();
constexpr Index kLeast = std::numeric_limits<Index>::min();

}  // namespace

TEST_CASE("A product of sizes is itself, or refused with its factors", "[sizes]") {
  CHECK(checked_product("a buffer", {}) == 1);
  CHECK(checked_product("a buffer", {3, 4, 5}) == 60);
  CHECK(checked_product("a buffer", {0, kMost, kMost}) == 0);
  CHECK(checked_product("a buffer", {kMost, 1}) == kMost);
  CHECK_THROWS_MATCHES(
      checked_product("a buffer", {kMost, 2}), OutOfMemory,
      Message("a buffer would have " + std::to_string(kMost) + " × 2 elements, more than can be counted"));
  CHECK_THROWS_AS(checked_product("a buffer", {kMost, kMost}), OutOfMemory);
  CHECK_THROWS_AS(checked_product("a buffer", {-1, 0}), OutOfMemory);
}

TEST_CASE("Sums of positions stop at the ends of their range", "[sizes]") {
  CHECK(saturating_sum(2, -3) == -1);
  CHECK(saturating_sum(kMost, 1) == kMost);
  CHECK(saturating_sum(kLeast, -1) == kLeast);
  CHECK(saturating_sum(kLeast, kMost) == -1);
  CHECK(saturating_difference(2, 3) == -1);
  CHECK(saturating_difference(kLeast, 1) == kLeast);
  CHECK(saturating_difference(0, kLeast) == kMost);
  CHECK(blocks_of(0, 4) == 0);
  CHECK(blocks_of(9, 4) == 3);
  CHECK(blocks_of(8, kMost) == 1);
  CHECK(blocks_of(kMost, kMost - 1) == 2);
}

TEST_CASE("Whole parts of numbers stop at the ends of their range", "[sizes]") {
  CHECK(saturating_whole(2.9) == 2);
  CHECK(saturating_whole(-2.9) == -2);
  CHECK(saturating_whole(std::numeric_limits<double>::quiet_NaN()) == 0);
  for (const double large : {-static_cast<double>(kLeast), 1e300, std::numeric_limits<double>::infinity()}) {
    CHECK(saturating_whole(large) == kMost);
    CHECK(saturating_whole(-large) == kLeast);
  }
}

TEST_CASE("Sizes whose product is no number of 32 bits are refused, not wrapped", "[sizes][memory]") {
  if constexpr (sizeof(Index) == 4) {
    SECTION("self-attention: batch · heads · length² = 2^32") {
      SelfAttention<float> attention;
      // One token of one component is enough to see the weights' buffer refused.
      for (auto* x : {&attention.query, &attention.key, &attention.value}) x->resize(1, 1);
      float output = 0;
      CHECK_THROWS_MATCHES(
          attention.forward({.batch = 1 << 8, .length = 1 << 8, .heads = 1 << 8, .key_value_heads = 1, .dim = 1},
                            matrix(&output, 1, 1)),
          OutOfMemory,
          Message("the attention weights would have 256 × 256 × 256 × 256 elements, more than can be "
                  "counted"));
    }
    SECTION("streaming attention: 128 rows of 2^25 components") {
      const Tensor<float> token({1, 1, 1, Index{1} << 25});
      const Tensor<float> value({1, 1, 1, 1});
      CHECK_THROWS_MATCHES(attention(token, token, value), OutOfMemory,
                           Message("the workspace would have 128 × 33554561 elements, more than can be counted"));
    }
  }
  SECTION("the scaling experiment: 65,536 queries and keys") {
    // 17 GB in single precision, twice that in double; more than an address space of 32 bits, and than most machines have.
    ScalingOptions options{.dim = 1, .keys = 1 << 16, .queries = 1 << 16, .repeats = 1};
    if constexpr (sizeof(Index) > 4) options.keys = options.queries = Index{1} << 30;
    CHECK_THROWS_AS(scaling_experiment(options), OutOfMemory);
  }
}

TEST_CASE("Tensors that claim more than they have are refused before they are read", "[sizes]") {
  RandomState random(1);
  const auto good = random_tensor(random, {1, 1, 4, 4});
  Tensor<float> short_one = good;
  short_one.data.resize(7);
  const auto refused = Message("shape (1, 1, 4, 4) needs 16 values but there are 7");
  CHECK_THROWS_MATCHES(attention(short_one, good, good), std::invalid_argument, refused);
  CHECK_THROWS_MATCHES(attention(good, short_one, good), std::invalid_argument, refused);
  CHECK_THROWS_MATCHES(attention(good, good, short_one), std::invalid_argument, refused);
  AttentionOptions<float> options;
  CHECK_THROWS_MATCHES(options.bias = short_one, std::invalid_argument, refused);
  CHECK_THROWS_MATCHES(LongHead(short_one, good, {}), std::invalid_argument, refused);
}

TEST_CASE("A view whose shape cannot be counted is refused", "[sizes]") {
  const std::uint8_t seen = 1;
  RandomState random(1);
  const auto tensor = random_tensor(random, {1, 1, 1, 1});
  AttentionOptions<float> options;
  options.mask = TensorView<std::uint8_t>{&seen, {1, 1, kMost, kMost}};
  CHECK_THROWS_AS(attention(tensor, tensor, tensor, options), std::invalid_argument);
}

TEST_CASE("Blocks of a map may be of any size", "[sizes][map]") {
  RandomState random(2);
  const auto query = random_tensor(random, {1, 1, 6, 4});
  const auto key = random_tensor(random, {1, 1, 300, 4});
  const auto value = random_tensor(random, {1, 1, 300, 1});
  const auto lse = attention(query, key, value).log_sum_exp;
  MapRequest request{.rows = 6, .row_block = 6, .column = 3, .columns = 290, .column_block = 290};
  const auto whole = attention_map<float>(query, key, lse, request);
  for (const Index size : {kMost, kMost - 1, kMost - 5, Index{1} << 30}) {
    request.row_block = request.column_block = size;
    const auto map = attention_map<float>(query, key, lse, request);
    CHECK(map.largest.shape == Shape{1, 1, 1, 1});
    CHECK(map.largest.data == whole.largest.data);
    CHECK(map.sum.data == whole.sum.data);
  }
  LongHead head(query, key, {});
  CHECK_THROWS_MATCHES(head.map({.row = 1, .rows = kMost, .columns = 300}), std::invalid_argument,
                       Message("the map of " + std::to_string(kMost) +
                               " × 300 weights at (1, 0) does not lie within 6 queries × 300 keys"));
}

TEST_CASE("A long head remembers only rows of the shape that it asks for", "[sizes][map]") {
  RandomState random(3);
  LongHead head(random_tensor(random, {1, 1, 6, 4}), random_tensor(random, {1, 1, 6, 4}), {});
  const Tensor<float> two({1, 1, 2, 1});
  // Two rows by their length, but 2,000 numbers.
  const Tensor<float> wide({1, 1, 2, 1000});
  CHECK_THROWS_MATCHES(head.remember(0, {.log_sum_exp = wide, .entropy = two}), std::invalid_argument,
                       Message("the log-sum-exps have shape (1, 1, 2, 1000); expected (1, 1, 2, 1)"));
  CHECK_THROWS_MATCHES(head.remember(0, {.log_sum_exp = two, .entropy = wide}), std::invalid_argument,
                       Message("the entropies have shape (1, 1, 2, 1000); expected (1, 1, 2, 1)"));
  Tensor<float> cut = two;
  cut.data.pop_back();
  CHECK_THROWS_MATCHES(head.remember(0, {.log_sum_exp = cut, .entropy = two}), std::invalid_argument,
                       Message("shape (1, 1, 2, 1) needs 2 values but there are 1"));
  CHECK_THROWS_AS(head.rows(kMost, kMost), std::invalid_argument);
  AttentionOptions<float> far;
  far.query_offset = (Index{1} << 30) - 5;
  CHECK_THROWS_MATCHES(LongHead(random_tensor(random, {1, 1, 6, 4}), random_tensor(random, {1, 1, 6, 4}), far),
                       std::invalid_argument,
                       Message("query offset is 1073741819; with 6 queries it must be at most 1073741818"));
  CHECK_THROWS_AS(head.remember(5, {.log_sum_exp = two, .entropy = two}), std::invalid_argument);
}

TEST_CASE("Every weight of multi-head attention is checked", "[sizes][multi-head]") {
  RandomState random(4);
  const auto x = random_tensor(random, {1, 1, 3, 8});
  const auto good = random_multi_head<float>(random, 8, 2);
  const auto refuses = [&](Tensor<float> MultiHead<float>::* weight, const Shape& shape, const char* with) {
    MultiHead<float> changed = good;
    changed.*weight = Tensor<float>(shape);
    CHECK_THROWS_MATCHES(multi_head_attention<float>(x, changed), std::invalid_argument, Message(with));
  };
  refuses(&MultiHead<float>::w_query, {2, 2, 8, 4}, "W^Q has shape (2, 2, 8, 4); it must be (1, heads, d_model, d_k)");
  refuses(&MultiHead<float>::w_key, {1, 2, 2, 4}, "W^K has shape (1, 2, 2, 4) but W^Q has (1, 2, 8, 4)");
  refuses(&MultiHead<float>::w_value, {1, 1, 8, 4},
          "W^V has shape (1, 1, 8, 4) but W^Q has (1, 2, 8, 4); only their last axes may differ");
  refuses(&MultiHead<float>::w_value, {1, 2, 1, 4},
          "W^V has shape (1, 2, 1, 4) but W^Q has (1, 2, 8, 4); only their last axes may differ");
  refuses(&MultiHead<float>::w_output, {1, 1, 4, 8},
          "heads of shape (1, 2, 3, 4) concatenate to 8 columns but W^O has 4 rows");
  refuses(&MultiHead<float>::w_output, {2, 1, 8, 8},
          "W^O has shape (2, 1, 8, 8); it must be (1, 1, heads · d_v, d_model)");
  MultiHead<float> cut = good;
  cut.w_value.data.pop_back();
  CHECK_THROWS_MATCHES(multi_head_attention<float>(x, cut), std::invalid_argument,
                       Message("shape (1, 2, 8, 4) needs 64 values but there are 63"));
}
