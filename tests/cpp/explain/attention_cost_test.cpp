#include "explain/attention_cost.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "heed/attention/multi_head.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::WithinRel;

namespace {

constexpr Index kWidth = 64;

AttentionCost whole(Index length, Index heads, bool causal = true) {
  return attention_cost({length, length, length, kWidth, heads, causal});
}

}  // namespace

TEST_CASE("Many heads cost what one does, but for the exponentials", "[cost]") {
  const AttentionCost one = whole(24, 1);
  for (const Index heads : {2, 4, 8, 16, 64}) {
    const AttentionCost many = whole(24, heads);
    CHECK(many.parameters == one.parameters);
    CHECK(many.multiply_adds == one.multiply_adds);
    CHECK(many.exponentials == static_cast<double>(heads) * one.exponentials);
  }
}

TEST_CASE("Parameters are those that are drawn", "[cost]") {
  RandomState random(1);
  const auto weights = random_multi_head<float>(random, kWidth, 4);
  const auto& [query, key, value, output] = weights;
  CHECK(whole(8, 4).parameters ==
        static_cast<double>(query.data.size() + key.data.size() + value.data.size() + output.data.size()));
}

TEST_CASE("Multiply-adds, counted out", "[cost]") {
  // 2 tokens of width 64 that all see each other: each map takes 2 · 64 · 64, the 4 pairs 64 each.
  const AttentionCost cost = whole(2, 4, false);
  CHECK(cost.projections == 3 * 2 * 64 * 64);
  CHECK(cost.scores == 4 * 64);
  CHECK(cost.mix == 4 * 64);
  CHECK(cost.output == 2 * 64 * 64);
  CHECK(cost.exponentials == 4 * 4);
  CHECK(whole(2, 4, true).scores == 3 * 64);
}

TEST_CASE("With keys and values kept, all tokens one at a time cost what all at once do", "[cost]") {
  double steps = 0;
  for (Index t = 0; t < 12; ++t) steps += attention_cost({1, t + 1, 1, kWidth, 4}).multiply_adds;
  CHECK(steps == whole(12, 4).multiply_adds);
}

TEST_CASE("The cost of the longest texts is a formula too", "[cost]") {
  constexpr Index kMost = 2147483647;
  constexpr double kTokens = kMost;
  const double pairs = kTokens * (kTokens + 1) / 2;
  // Both round products of some 2⁶².
  CHECK_THAT(whole(kMost, 4).scores, WithinRel(pairs * kWidth, 1e-15));
  CHECK_THAT(whole(kMost, 4, false).scores, WithinRel(kTokens * kTokens * kWidth, 1e-15));
}

TEST_CASE("Work that cannot be is refused", "[cost]") {
  CHECK_THROWS_WITH(attention_cost({3, 2, 2, 64, 4}),
                    "there are 3 queries and 2 keys; there must be a query, and a key for each");
  CHECK_THROWS_WITH(attention_cost({1, 2, 3, 64, 4}), "3 of 2 keys are to be new");
  CHECK_THROWS_WITH(attention_cost({1, 1, 1, 64, 5}), "d_model 64 is not divisible by 5 heads");
}

TEST_CASE("The cache of LLaMA 7B takes half a megabyte a token, an eighth of it with four heads of keys and values",
          "[cost]") {
  // 32 layers of 32 heads of 128 components, keys and values, two bytes each: 2 · 32 · 4096 · 2.
  const MemoryNeed need{.tokens = 1, .layers = 32, .heads = 32, .kv_heads = 32, .head_dim = 128};
  CHECK(attention_memory(need).cache == 524288);
  auto grouped = need;
  grouped.kv_heads = 4;
  CHECK(attention_memory(grouped).cache == 65536);
  auto longer = need;
  longer.tokens = 4096;
  CHECK(attention_memory(longer).cache == 4096.0 * 524288);
  CHECK(attention_memory(longer).weights == 32.0 * 4096 * 4096 * 2);
  CHECK(attention_memory(longer).streaming == 32.0 * 4096 * 4);
}

TEST_CASE("A cache that cannot be is refused", "[cost]") {
  CHECK_THROWS_WITH(attention_memory({.tokens = 1, .layers = 1, .heads = 32, .kv_heads = 5, .head_dim = 1}),
                    "32 heads of queries cannot share 5 heads of keys and values equally");
  CHECK_THROWS_WITH(
      attention_memory({.tokens = 0, .layers = 1, .heads = 1, .kv_heads = 1, .head_dim = 4}),
      "there are 0 tokens, 1 layers, heads of 4 components and numbers of 2 bytes; all must be at least 1");
}
