#include <Eigen/Core>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>

#include "../support/close_to.h"
#include "../support/mdspan.h"
#include "../support/random_tensor.h"
#include "heed/attention/attention_into.h"

// Attention of what other libraries hold: no copy is made here, and no template argument is named.

using namespace heed;
using namespace heed::test;

namespace {

using ByRow = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Q of 5 tokens, K and V of 7, with 4 and 3 components.
struct Numbers {
  explicit Numbers(Index heads) {
    RandomState random(11);
    query = random_tensor(random, {1, heads, 5, 4});
    key = random_tensor(random, {1, heads, 7, 4});
    value = random_tensor(random, {1, heads, 7, 3});
    options.causal = true;
    options.query_offset = 2;
    expected = attention(query, key, value, options).output.data;
  }
  Tensor<float> query, key, value;
  AttentionOptions<float> options;
  std::vector<float> expected;
};

Eigen::Map<const ByRow> matrix_of(const Tensor<float>& tensor) {
  return {tensor.data.data(), tensor.shape.length, tensor.shape.dim};
}

}  // namespace

TEST_CASE("Attention of spans is that of tensors, to the bit", "[strides]") {
  Numbers n(2);
  std::array<float, 30> output{};
  attention_into({.output = view_of(std::span(output), {1, 2, 5, 3})}, view_of(std::span(n.query.data), {1, 2, 5, 4}),
                 view_of(std::span<const float>(n.key.data), {1, 2, 7, 4}),
                 view_of(std::span(n.value.data), {1, 2, 7, 3}), n.options);
  CHECK_THAT(std::vector(output.begin(), output.end()), close_to(n.expected, 0));
}

TEST_CASE("Attention of mdspans is that of tensors, to the bit", "[strides]") {
  const Numbers n(2);
  // (heads, length, dim), and the output in the order (length, heads, dim).
  const Mdspan<3, const float> query{n.query.data.data(), {2, 5, 4}, {20, 4, 1}};
  const Mdspan<3, const float> key{n.key.data.data(), {2, 7, 4}, {28, 4, 1}};
  const Mdspan<3, const float> value{n.value.data.data(), {2, 7, 3}, {21, 3, 1}};
  std::vector<float> memory(30);
  const Mdspan<3> output{memory.data(), {2, 5, 3}, {3, 6, 1}};
  attention_into({.output = view_of(output)}, view_of(query), view_of(key), view_of(value), n.options);
  const StridedView<const float> written = view_of(output);
  CHECK_THAT(contiguous(written).data, close_to(n.expected, 0));
  CHECK(memory[3] == n.expected[15]);  // token 0 of head 1
}

TEST_CASE("Attention of Eigen's maps, matrices and blocks is that of tensors, to the bit", "[strides]") {
  const Numbers n(1);
  ByRow output(5, 3);
  attention_into({.output = view_of(output)}, view_of(matrix_of(n.query)), view_of(matrix_of(n.key)),
                 view_of(matrix_of(n.value)), n.options);
  CHECK_THAT(std::vector(output.data(), output.data() + output.size()), close_to(n.expected, 0));

  // By column, as Eigen stores by default, and the output as rows of a larger matrix.
  Eigen::MatrixXf query = matrix_of(n.query);
  const Eigen::MatrixXf key = matrix_of(n.key), value = matrix_of(n.value);
  Eigen::MatrixXf larger = Eigen::MatrixXf::Constant(9, 3, -1);
  attention_into({.output = view_of(larger.middleRows(2, 5))}, view_of(query), view_of(key), view_of(value), n.options);
  CHECK((larger.middleRows(2, 5).array() == output.array()).all());
  CHECK((larger.topRows(2).array() == -1).all());
  CHECK((larger.bottomRows(2).array() == -1).all());
}

TEST_CASE("The type of the numbers that attention is computed in is deduced from Q", "[strides]") {
  std::vector<double> numbers{1, 2, 3, 4};
  std::vector<double> output(4);
  const Shape shape{1, 1, 2, 2};
  attention_into({.output = view_of(std::span(output), shape)}, view_of(std::span(numbers), shape),
                 view_of(std::span(numbers), shape), view_of(std::span(numbers), shape), {.causal = true});
  CHECK(output[0] == 1);
  std::vector<BFloat16> halves{{to_bfloat16(1)}, {to_bfloat16(2)}};
  Tensor<float> widened({1, 1, 1, 2});
  const auto half = view_of(std::span(halves), {1, 1, 1, 2});
  attention_into({.output = view_of(widened)}, half, half, half);
  CHECK(widened.data == std::vector<float>{1, 2});
}
