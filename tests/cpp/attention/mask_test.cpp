#include "heed/attention/mask.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>
#include <type_traits>

#include "../support/close_to.h"
#include "heed/attention/attention.h"

using namespace heed;
using heed::test::close_to;

TEST_CASE("A causal mask is the lower triangle, shifted by the offset", "[mask]") {
  CHECK_THAT(causal_mask(3, 3).data, close_to(std::vector<int>{1, 0, 0, 1, 1, 0, 1, 1, 1}, 0));
  CHECK_THAT(causal_mask(2, 4, 2).data, close_to(std::vector<int>{1, 1, 1, 0, 1, 1, 1, 1}, 0));
  CHECK_THAT(causal_mask(2, 2, -1).data, close_to(std::vector<int>{0, 0, 1, 0}, 0));
  CHECK(causal_mask(0, 0).data.empty());
  CHECK_THROWS_AS(causal_mask(-1, 2), std::invalid_argument);
}

TEST_CASE("Visibility bounds the keys of a query", "[mask]") {
  const auto range = [](const Visibility& visibility, Index query) {
    const KeyRange keys = visibility.of(query);
    return std::pair{keys.first, keys.last};
  };
  CHECK(range({.keys = 9}, 3) == std::pair<Index, Index>{0, 9});
  CHECK(range({.keys = 9, .causal = true}, 3) == std::pair<Index, Index>{0, 4});
  CHECK(range({.keys = 9, .left = 2, .right = 1}, 3) == std::pair<Index, Index>{1, 5});
  CHECK(range({.keys = 9, .causal = true, .left = 2, .right = 1}, 3) == std::pair<Index, Index>{1, 4});
  CHECK(range({.keys = 9, .causal = true, .left = 2, .right = 1, .offset = 4}, 3) == std::pair<Index, Index>{5, 8});
  CHECK(KeyRange{4, 3}.size() == 0);
}

TEST_CASE("A query beyond the keys or before them sees an empty range inside them", "[mask]") {
  for (const Index offset : {-20, 20}) {
    const Visibility visibility{.keys = 9, .causal = true, .left = 1, .offset = offset};
    const KeyRange keys = visibility.of(0);
    CHECK(keys.size() == 0);
    CHECK(keys.first >= 0);
    CHECK(keys.last <= 9);
  }
}

TEST_CASE("Positions at the ends of their range are seen as what they are", "[mask][sizes]") {
  constexpr Index kMost = std::numeric_limits<Index>::max();
  constexpr Index kLeast = std::numeric_limits<Index>::min();
  // 2^30 + 2^30 + 1 is no number of 32 bits.
  for (const Index offset : {Index{1} << 30, kMost}) {
    const Visibility all{.keys = 9, .causal = true, .right = offset, .offset = offset};
    CHECK(all.of(5).first == 0);
    CHECK(all.of(5).last == 9);
    const Visibility past{.keys = 9, .left = 3, .offset = offset};
    CHECK(past.of(5).size() == 0);
  }
  const Visibility before{.keys = 9, .causal = true, .left = kMost, .offset = kLeast};
  CHECK(before.of(0).size() == 0);
  CHECK(causal_mask(2, 2, kMost).data == std::vector<std::uint8_t>(4, 1));
  CHECK(causal_mask(2, 2, kLeast).data == std::vector<std::uint8_t>(4, 0));
}

TEST_CASE("Attention with an offset and windows at their limits agrees in both ways", "[mask][sizes]") {
  constexpr Index kLimit = Index{1} << 30;
  const Tensor<float> tokens({1, 1, 3, 1}, std::vector<float>{1, 2, 3});
  AttentionOptions<float> options;
  for (const Index offset : {-kLimit, Index{0}, kLimit})
    for (const Index width : {Index{0}, kLimit}) {
      options.query_offset = offset;
      options.window_left = options.window_right = width;
      options.weights = false;
      const auto streaming = attention(tokens, tokens, tokens, options);
      options.weights = true;
      const auto weighed = attention(tokens, tokens, tokens, options);
      CHECK_THAT(streaming.output.data, close_to(weighed.output.data, 1e-6));
      CHECK(streaming.visible_keys.data == weighed.visible_keys.data);
    }
  options.query_offset = std::numeric_limits<Index>::min();
  CHECK_THROWS_AS(attention(tokens, tokens, tokens, options), std::invalid_argument);
}

TEST_CASE("Options do not look at a tensor that is gone", "[mask]") {
  using Mask = decltype(AttentionOptions<float>::mask);
  using Bias = decltype(AttentionOptions<float>::bias);
  static_assert(std::is_assignable_v<Mask&, const Tensor<std::uint8_t>&>);
  static_assert(std::is_assignable_v<Mask&, Tensor<std::uint8_t>&>);
  static_assert(!std::is_assignable_v<Mask&, Tensor<std::uint8_t>>);  // options.mask = causal_mask(4, 6)
  static_assert(!std::is_assignable_v<Mask&, const Tensor<std::uint8_t>>);
  static_assert(!std::is_constructible_v<Mask, Tensor<std::uint8_t>>);
  static_assert(!std::is_assignable_v<Bias&, Tensor<float>>);
  AttentionOptions<float> options;
  CHECK(!options.mask.is_given());
  const auto mask = causal_mask(4, 6);
  options.mask = mask;
  CHECK(options.mask.is_given());
  CHECK(options.mask.data == mask.data.data());
}

TEST_CASE("A mask without elements is a mask: refused where it does not fit", "[mask]") {
  const Tensor<float> tokens({1, 1, 3, 2});
  const Tensor<std::uint8_t> none({1, 1, 0, 3});
  const Tensor<float> no_bias({1, 1, 3, 0});
  AttentionOptions<float> options;
  options.mask = none;
  CHECK_THROWS_MATCHES(
      attention(tokens, tokens, tokens, options), std::invalid_argument,
      Catch::Matchers::Message("mask has shape (1, 1, 0, 3), which does not broadcast to (batch, heads, "
                               "queries, keys) = (1, 1, 3, 3)"));
  options.mask = {};
  options.bias = no_bias;
  CHECK_THROWS_AS(attention(tokens, tokens, tokens, options), std::invalid_argument);
  const Tensor<float> no_queries({1, 1, 0, 2});
  options.bias = {};
  options.mask = none;
  CHECK(attention(no_queries, tokens, tokens, options).output.data.empty());
}

TEST_CASE("A block of queries sees what its queries see together", "[mask]") {
  const Visibility visibility{.keys = 50, .causal = true, .left = 3, .offset = 2};
  const KeyRange block = visibility.of_block(4, 8);
  CHECK(block.first == visibility.of(4).first);
  CHECK(block.last == visibility.of(7).last);
}
