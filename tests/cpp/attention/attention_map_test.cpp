#include "heed/attention/attention_map.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>
#include <utility>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "../support/reference_attention.h"
#include "explain/handmade_head.h"
#include "heed/attention/long_head.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using heed::test::close_to;
using heed::test::random_tensor;

namespace {

struct Head {
  Tensor<float> query;
  Tensor<float> key;
};

Head random_head(Index queries, Index keys) {
  RandomState random(21);
  return {random_tensor(random, {1, 1, queries, 16}), random_tensor(random, {1, 1, keys, 16})};
}

/// The map from weights that were all kept.
AttentionMap<double> reference_map(const Head& head, const MapRequest& request,
                                   const AttentionOptions<float>& options) {
  const Tensor<float> no_value({1, 1, head.key.shape.length, 0});
  const auto weights = test::reference_attention<double>(head.query, head.key, no_value, options).weights;
  const Shape shape{1, 1, (request.rows + request.row_block - 1) / request.row_block,
                    (request.columns + request.column_block - 1) / request.column_block};
  AttentionMap<double> map{Tensor<double>(shape), Tensor<double>(shape)};
  for (Index i = 0; i < request.rows; ++i)
    for (Index j = 0; j < request.columns; ++j) {
      const auto cell = static_cast<std::size_t>(i / request.row_block * shape.dim + j / request.column_block);
      const auto at = static_cast<std::size_t>((request.row + i) * head.key.shape.length + request.column + j);
      map.largest.data[cell] = std::max(map.largest.data[cell], weights.data[at]);
      map.sum.data[cell] += weights.data[at];
    }
  return map;
}

}  // namespace

TEST_CASE("A map's cells are the largest and the sum of their blocks", "[map]") {
  const Head head = random_head(150, 700);
  const auto request = GENERATE(MapRequest{0, 150, 1, 0, 700, 1}, MapRequest{0, 150, 7, 0, 700, 13},
                                MapRequest{40, 101, 64, 300, 399, 256}, MapRequest{149, 1, 5, 699, 1, 5},
                                MapRequest{10, 0, 4, 20, 0, 4}, MapRequest{0, 150, 1000, 0, 700, 1000});
  AttentionOptions<float> options;
  options.causal = GENERATE(false, true);
  if (options.causal) options.query_offset = 400;
  LongHead long_head(head.query, head.key, options);
  const auto map = long_head.map(request);
  const auto expected = reference_map(head, request, options);
  // exp(s − lse) carries the rounding of s and lse; sums of up to 10⁵ weights add up to at most 150 rows.
  CHECK_THAT(map.largest.data, close_to(expected.largest.data, 4e-6));
  CHECK_THAT(map.sum.data, close_to(expected.sum.data, 1e-4));
}

TEST_CASE("Cells that are made a few queries at a time are those made at once", "[map]") {
  Head head = random_head(150, 300);
  if (GENERATE(false, true)) head.query.data[20 * 16] = std::numeric_limits<float>::quiet_NaN();
  LongHead long_head(head.query, head.key, {});
  const MapRequest all{8, 100, 100, 5, 290, 64};
  const auto at_once = long_head.map(all);
  AttentionMap<float> so_far;
  for (Index row = 8; row < 108; row += 30) {
    MapRequest part = all;
    part.row = row;
    part.rows = std::min<Index>(30, 108 - row);
    so_far = long_head.map(part, std::move(so_far));
  }
  CHECK(so_far.sum.shape == at_once.sum.shape);
  for (std::size_t i = 0; i < so_far.sum.data.size(); ++i) {
    INFO(i);
    CHECK(std::isnan(so_far.sum.data[i]) == std::isnan(at_once.sum.data[i]));
    CHECK(std::isnan(so_far.largest.data[i]) == std::isnan(at_once.largest.data[i]));
    if (std::isnan(at_once.sum.data[i])) continue;
    CHECK(so_far.largest.data[i] == at_once.largest.data[i]);
    CHECK(std::abs(so_far.sum.data[i] - at_once.sum.data[i]) < 1e-5f);
  }
}

TEST_CASE("Rows of a long head are those of attention, in whatever order they are asked for", "[map]") {
  const Head head = random_head(150, 300);
  AttentionOptions<float> options;
  options.causal = true;
  options.query_offset = 20;
  LongHead long_head(head.query, head.key, options);
  (void)long_head.rows(100, 10);
  (void)long_head.rows(30, 80);
  const auto rows = long_head.rows(0, 150);
  const auto expected = attention(head.query, head.key, Tensor<float>({1, 1, 300, 0}), options);
  CHECK_THAT(rows.log_sum_exp.data, close_to(expected.log_sum_exp.data, 2e-6));
  CHECK_THAT(rows.entropy.data, close_to(expected.entropy.data, 4e-6));

  LongHead other(head.query, head.key, options);
  other.remember(0, {Tensor<float>({1, 1, 150, 1}), Tensor<float>({1, 1, 150, 1})});
  CHECK_THAT(other.rows(7, 1).log_sum_exp.data, close_to(std::vector<float>{0}, 0));
}

TEST_CASE("A long head takes nothing that has a number for each pair", "[map]") {
  const Head head = random_head(8, 40);
  const Tensor<std::uint8_t> mask({1, 1, 8, 40});
  const Tensor<float> bias({1, 1, 1, 40});
  constexpr const char* kNoMask = "a long head takes no mask and no bias; causal, window and key lengths are possible";
  CHECK_THROWS_WITH(LongHead(head.query, head.key, {.mask = mask}), kNoMask);
  CHECK_THROWS_WITH(LongHead(head.query, head.key, {.bias = bias}), kNoMask);
  CHECK_THROWS_WITH(LongHead(head.query, head.key, {.weights = true}),
                    "a long head forms no matrix of weights or logits");
}

TEST_CASE("NaN stays visible in a map, and rows that see nothing are 0", "[map]") {
  Head head = random_head(8, 40);
  head.query.data[3 * 16] = std::numeric_limits<float>::quiet_NaN();
  AttentionOptions<float> options;
  options.causal = true;
  options.query_offset = -2;
  LongHead long_head(head.query, head.key, options);
  const auto map = long_head.map({0, 8, 1, 0, 40, 40});
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(std::isnan(map.largest.data[i]) == (i == 3));
    CHECK(std::isnan(map.sum.data[i]) == (i == 3));
    if (i < 2) CHECK(map.sum.data[i] == 0);
    if (i > 3) CHECK(std::abs(map.sum.data[i] - 1) < 1e-5f);
  }
}

TEST_CASE("Maps refuse what does not fit", "[map][errors]") {
  const Head head = random_head(8, 40);
  LongHead long_head(head.query, head.key, {});
  CHECK_THROWS_MATCHES(long_head.map({0, 9, 1, 0, 40, 1}), std::invalid_argument,
                       Message("the map of 9 × 40 weights at (0, 0) does not lie within 8 queries × 40 keys"));
  CHECK_THROWS_MATCHES(long_head.map({0, 8, 0, 0, 40, 1}), std::invalid_argument,
                       Message("the blocks are 0 × 1; they must be at least 1 × 1"));
  CHECK_THROWS_MATCHES(long_head.map({0, 8, 8, 0, 40, 8}, {Tensor<float>({1, 1, 1, 4}), Tensor<float>({1, 1, 1, 5})}),
                       std::invalid_argument,
                       Message("the cells before have shape (1, 1, 1, 4); the map has (1, 1, 1, 5)"));
  Tensor<float> shortened({1, 1, 1, 5});
  shortened.data.pop_back();
  CHECK_THROWS_AS(long_head.map({0, 8, 8, 0, 40, 8}, {Tensor<float>({1, 1, 1, 5}), shortened}), std::invalid_argument);
  CHECK_THROWS_MATCHES(long_head.rows(5, 4), std::invalid_argument,
                       Message("queries 5 to 9 do not lie within the 8 there are"));
  CHECK_THROWS_AS(LongHead(head.query, Tensor<float>({1, 1, 40, 15}), {}), std::invalid_argument);
  CHECK_THROWS_MATCHES(LongHead(Tensor<float>({1, 2, 8, 16}), Tensor<float>({1, 2, 40, 16}), {}), std::invalid_argument,
                       Message("Q has shape (1, 2, 8, 16); a map is of one head, (1, 1, queries, d_k)"));
}

TEST_CASE("The hand-made head looks near itself, at strides, and at its sink", "[handmade]") {
  const auto head = make_handmade_head({.tokens = 600, .stride = 50});
  CHECK(head.query.shape == Shape{1, 1, 600, 64});
  AttentionOptions<float> options;
  options.causal = options.weights = true;
  const auto weights = attention(head.query, head.key, Tensor<float>({1, 1, 600, 0}), options).weights;
  // Means over queries far enough from the edge; an even share is about 1 / 500.
  double itself = 0, stride = 0, off_stride = 0, sink = 0;
  for (Index i = 400; i < 600; ++i) {
    const float* row = weights.data.data() + i * 600;
    itself += static_cast<double>(row[i]) / 200;
    stride += static_cast<double>(row[i - 150]) / 200;
    off_stride += static_cast<double>(row[i - 175]) / 200;
    sink += static_cast<double>(row[0]) / 200;
  }
  CHECK(itself > 0.1);
  CHECK(sink > 0.02);
  CHECK(stride > 3 * off_stride);
  CHECK(stride > 1.0 / 500);
  CHECK_THROWS_MATCHES(make_handmade_head({.tokens = 0}), std::invalid_argument,
                       Message("there are 0 tokens; there must be at least 1"));
  CHECK_THROWS_MATCHES(make_handmade_head({.stride = -1}), std::invalid_argument,
                       Message("stride is -1; it must be at least 0"));
  CHECK(make_handmade_head({.tokens = 1}).key.shape == Shape{1, 1, 1, 64});
}
