#include "explain/attention_cost.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "heed/attention/multi_head.h"

using namespace heed;
using namespace heed::explain;

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

TEST_CASE("Work that cannot be is refused", "[cost]") {
  CHECK_THROWS_WITH(attention_cost({3, 2, 2, 64, 4}),
                    "there are 3 queries and 2 keys; there must be a query, and a key for each");
  CHECK_THROWS_WITH(attention_cost({1, 2, 3, 64, 4}), "3 of 2 keys are to be new");
  CHECK_THROWS_WITH(attention_cost({1, 1, 1, 64, 5}), "d_model 64 is not divisible by 5 heads");
}
