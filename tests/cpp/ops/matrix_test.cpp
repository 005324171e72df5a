#include "heed/ops/matrix.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"

using namespace heed;
using heed::test::close_to;
using heed::test::random_index;
using heed::test::random_tensor;

TEMPLATE_TEST_CASE("Products agree with their definition for all sizes around the tiles'", "[matrix]", float, double) {
  RandomState random(GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u));
  const Index rows = random_index(random, 0, 90);
  const Index columns = random_index(random, 0, 150);
  const Index depth = random_index(random, 0, 150);
  const Index gap = random_index(random, 0, 3);  // between rows
  const auto a = random_tensor<TestType>(random, {1, 1, rows, depth + gap});
  const auto b = random_tensor<TestType>(random, {1, 1, depth, columns + gap});
  const auto b_transposed = random_tensor<TestType>(random, {1, 1, columns, depth});
  auto sum = random_tensor<TestType>(random, {1, 1, rows, columns + gap});
  auto product = sum;
  auto plain_product = sum;
  auto sum_of_product = sum;
  auto sum_of_transposed = sum;
  Tensor<TestType> a_transposed({1, 1, depth, rows + gap});

  auto expected_sum = sum.data;
  auto expected_product = sum.data;
  auto expected_plain_product = sum.data;
  auto expected_sum_of_product = sum.data;
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) {
      double dot = 0;
      double transposed = 0;
      for (Index k = 0; k < depth; ++k) {
        const auto left = static_cast<double>(a.data[static_cast<std::size_t>(i * (depth + gap) + k)]);
        a_transposed.data[static_cast<std::size_t>(k * (rows + gap) + i)] = static_cast<TestType>(left);
        dot += left * static_cast<double>(b.data[static_cast<std::size_t>(k * (columns + gap) + j)]);
        transposed += left * static_cast<double>(b_transposed.data[static_cast<std::size_t>(j * depth + k)]);
      }
      const auto at = static_cast<std::size_t>(i * (columns + gap) + j);
      expected_sum[at] += static_cast<TestType>(dot);
      expected_product[at] = static_cast<TestType>(transposed);
      expected_plain_product[at] = static_cast<TestType>(dot);
      expected_sum_of_product[at] += static_cast<TestType>(transposed);
    }

  const MatrixView<const TestType> left{a.data.data(), rows, depth, depth + gap};
  multiply_add<TestType>(left, {b.data.data(), depth, columns, columns + gap},
                         {sum.data.data(), rows, columns, columns + gap});
  multiply_transposed<TestType>(left, {b_transposed.data.data(), columns, depth, depth},
                                {product.data.data(), rows, columns, columns + gap});
  multiply<TestType>(left, {b.data.data(), depth, columns, columns + gap},
                     {plain_product.data.data(), rows, columns, columns + gap});
  multiply_transposed_add<TestType>(left, {b_transposed.data.data(), columns, depth, depth},
                                    {sum_of_product.data.data(), rows, columns, columns + gap});
  transpose_multiply_add<TestType>({a_transposed.data.data(), depth, rows, rows + gap},
                                   {b.data.data(), depth, columns, columns + gap},
                                   {sum_of_transposed.data.data(), rows, columns, columns + gap});
  // Dot products of up to 150 terms of size 1, up to 40: their rounding errors add up to some hundred units of 1. The gaps
  // between rows stay as they are.
  const double tolerance = 1000 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  CHECK_THAT(sum.data, close_to(expected_sum, tolerance));
  CHECK_THAT(sum_of_transposed.data, close_to(expected_sum, tolerance));
  CHECK_THAT(product.data, close_to(expected_product, tolerance));
  CHECK_THAT(plain_product.data, close_to(expected_plain_product, tolerance));
  CHECK_THAT(sum_of_product.data, close_to(expected_sum_of_product, tolerance));
}
