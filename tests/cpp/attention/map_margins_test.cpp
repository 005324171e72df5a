#include "heed/attention/map_margins.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/attention/long_head.h"

using namespace heed;
using Catch::Matchers::Message;
using heed::test::close_to;
using heed::test::random_tensor;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// All cells of a random head, in blocks, with everything known.
KnownCells cells_of(Index queries, Index keys, Index block) {
  RandomState random(5);
  LongHead head(random_tensor(random, {1, 1, queries, 8}), random_tensor(random, {1, 1, keys, 8}), {});
  auto map = head.map({0, queries, block, 0, keys, block});
  Tensor<float> known(map.sum.shape);
  for (Index row = 0; row < known.shape.length; ++row)
    std::fill_n(known.data.begin() + row * known.shape.dim, known.shape.dim,
                static_cast<float>(std::min(block, queries - row * block)));
  return {.sum = std::move(map.sum),
          .known = std::move(known),
          .entropy = head.rows(0, queries).entropy,
          .keys = keys,
          .block = block};
}

}  // namespace

TEST_CASE("Every query gives a share of 1, and keys receive together what queries give", "[map]") {
  const Index block = GENERATE(1, 7, 64, 1000);
  const auto margins = map_margins(cells_of(100, 150, block));
  for (const float given : margins.given.data) CHECK(std::abs(given - 1) < 1e-5f);
  double received = 0;
  for (Index column = 0; column < margins.received.shape.dim; ++column)
    received += static_cast<double>(margins.received.data[static_cast<std::size_t>(column)]) *
                static_cast<double>(std::min(block, 150 - column * block));
  CHECK(std::abs(received - 100) < 1e-3);
  CHECK(margins.received.shape == Shape{1, 1, 1, (150 + block - 1) / block});
  CHECK(margins.given.shape == Shape{1, 1, (100 + block - 1) / block, 1});
}

TEST_CASE("Margins of known numbers, of which some are missing", "[map]") {
  // Five queries and three keys in blocks of two; of the second row of cells one query of two is known, of the third none.
  const auto margins = map_margins({.sum = {{1, 1, 3, 2}, {1, 0.5f, 0.75f, 0.25f, kNaN, 9}},
                                    .known = {{1, 1, 3, 2}, {2, 2, 1, 1, 0, 0}},
                                    .entropy = {{1, 1, 5, 1}, {0.5f, 0.25f, kNaN, 1, kNaN}},
                                    .keys = 3,
                                    .block = 2});
  // (1 + 0.75) of three queries is so much of five, for each of two keys; the last column has one.
  CHECK_THAT(margins.received.data, close_to(std::vector<double>{1.75 * 5 / 3 / 2, 0.75 * 5 / 3}, 1e-6));
  CHECK(margins.given.data[0] == 0.75f);
  CHECK(margins.given.data[1] == 1);
  CHECK(std::isnan(margins.given.data[2]));
  CHECK(margins.least_entropy.data[0] == 0.25f);
  CHECK(margins.most_entropy.data[0] == 0.5f);
  CHECK(margins.least_entropy.data[1] == 1);
  CHECK(margins.most_entropy.data[1] == 1);
  CHECK(std::isnan(margins.least_entropy.data[2]));
  CHECK(std::isnan(margins.most_entropy.data[2]));
}

TEST_CASE("A weight that is NaN stays visible in its row's and column's margins", "[map]") {
  KnownCells cells = cells_of(3, 4, 1);
  cells.sum.data[6] = kNaN;
  const auto margins = map_margins(cells);
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::isnan(margins.received.data[i]) == (i == 2));
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::isnan(margins.given.data[i]) == (i == 1));
}

TEST_CASE("Margins of no cells are none, and of no queries unknown", "[map]") {
  const auto of_no_queries = [](Index keys) {
    const Tensor<float> cells({1, 1, 0, keys});
    return map_margins({.sum = cells, .known = cells, .entropy = Tensor<float>({1, 1, 0, 1}), .keys = keys});
  };
  CHECK(of_no_queries(0).received.data.empty());
  CHECK(std::isnan(of_no_queries(2).received.data[1]));
  CHECK(of_no_queries(2).given.data.empty());
}

TEST_CASE("Margins refuse what does not fit", "[map][errors]") {
  const KnownCells fitting = cells_of(5, 3, 2);
  const auto says = [](const KnownCells& cells, const char* message) {
    CHECK_THROWS_MATCHES(map_margins(cells), std::invalid_argument, Message(message));
  };
  KnownCells cells = fitting;
  cells.block = 0;
  says(cells, "there are 3 keys in blocks of 0; there must be at least 0 in blocks of at least 1");
  cells = fitting;
  cells.keys = -1;
  says(cells, "there are -1 keys in blocks of 2; there must be at least 0 in blocks of at least 1");
  cells.keys = 5;
  says(cells, "cells of 5 queries and 5 keys have a tensor (1, 1, 3, 2); expected (1, 1, 3, 3)");
  cells = fitting;
  cells.known = Tensor<float>({1, 1, 2, 3});
  says(cells, "cells of 5 queries and 3 keys have a tensor (1, 1, 2, 3); expected (1, 1, 3, 2)");
  cells = fitting;
  cells.entropy = Tensor<float>({1, 1, 1, 5});
  says(cells, "cells of 1 queries and 3 keys have a tensor (1, 1, 1, 5); expected (1, 1, 1, 1)");
  cells = fitting;
  cells.sum.data.pop_back();
  CHECK_THROWS_AS(map_margins(cells), std::invalid_argument);
}
