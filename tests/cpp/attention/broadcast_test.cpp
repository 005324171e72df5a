#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "../support/reference_attention.h"
#include "heed/attention/attention_backward.h"

// Masks and biases of every rank from 1 to 4, each axis its size or 1, as NumPy and ONNX broadcast.

using namespace heed;
using heed::test::close_to;
using heed::test::random_tensor;
using heed::test::reference_attention;

namespace {

const std::vector<Index> kFull{2, 3, 4, 5};  // (batch, heads, queries, keys), all different

/// All shapes of 1 to 4 axes that broadcast to kFull: 2 + 4 + 8 + 16.
std::vector<std::vector<Index>> broadcast_shapes() {
  std::vector<std::vector<Index>> shapes;
  for (std::size_t rank = 1; rank <= 4; ++rank)
    for (std::size_t ones = 0; ones < (std::size_t{1} << rank); ++ones) {
      std::vector<Index> shape(kFull.end() - static_cast<std::ptrdiff_t>(rank), kFull.end());
      for (std::size_t axis = 0; axis < rank; ++axis)
        if ((ones >> axis & 1) != 0) shape[axis] = 1;
      shapes.push_back(shape);
    }
  return shapes;
}

/// NumPy's rule, one element at a time: axes are compared from the last, one that is missing or 1 repeats.
template <typename Scalar>
Tensor<Scalar> expanded(const std::vector<Scalar>& data, const std::vector<Index>& shape) {
  Tensor<Scalar> full({kFull[0], kFull[1], kFull[2], kFull[3]});
  for (std::size_t at = 0; at < full.data.size(); ++at) {
    std::size_t rest = at;
    std::size_t from = 0;
    std::size_t step = 1;
    for (std::size_t back = 1; back <= 4; ++back) {
      const auto size = static_cast<std::size_t>(kFull[4 - back]);
      const std::size_t place = rest % size;
      rest /= size;
      if (back > shape.size()) continue;
      const auto own = static_cast<std::size_t>(shape[shape.size() - back]);
      from += own == 1 ? 0 : place * step;
      step *= own;
    }
    full.data[at] = data[from];
  }
  return full;
}

struct Problem {
  RandomState random{12};
  Tensor<float> query = random_tensor(random, {2, 3, 4, 6});
  Tensor<float> key = random_tensor(random, {2, 3, 5, 6});
  Tensor<float> value = random_tensor(random, {2, 3, 5, 2});

  Tensor<std::uint8_t> mask(const std::vector<Index>& shape) {
    Tensor<std::uint8_t> tensor(Shape::aligned_right(shape));
    for (auto& seen : tensor.data) seen = random.uniform() < 0.7 ? 1 : 0;
    return tensor;
  }

  Tensor<float> bias(const std::vector<Index>& shape) {
    auto tensor = random_tensor(random, Shape::aligned_right(shape));
    for (float& added : tensor.data)
      if (random.uniform() < 0.1) added = -std::numeric_limits<float>::infinity();
    return tensor;
  }

  /// Both ways against the definition in float64 with what was broadcast written out.
  void check(const AttentionOptions<float>& options, const AttentionOptions<float>& written_out) const {
    const auto expected = reference_attention<double>(query, key, value, written_out);
    for (const bool weights : {false, true}) {
      AttentionOptions<float> chosen = options;
      chosen.weights = weights;
      const auto result = attention(query, key, value, chosen);
      // A few operations on numbers near 1.
      CHECK_THAT(result.output.data, close_to(expected.output.data, 2e-6));
      CHECK_THAT(result.log_sum_exp.data, close_to(expected.log_sum_exp.data, 2e-6));
      CHECK_THAT(result.visible_keys.data, close_to(expected.visible_keys.data, 0));
      if (weights) CHECK_THAT(result.weights.data, close_to(expected.weights.data, 2e-6));
    }
  }
};

std::string text_of(const std::vector<Index>& shape) {
  std::string text;
  for (const Index axis : shape) text += std::to_string(axis) + " ";
  return text;
}

}  // namespace

TEST_CASE("Masks and biases of every rank broadcast as NumPy's do, alone and together", "[broadcast]") {
  Problem problem;
  const auto shapes = broadcast_shapes();
  REQUIRE(shapes.size() == 30);
  for (const auto& of_mask : shapes) {
    INFO("mask " << text_of(of_mask));
    const auto mask = problem.mask(of_mask);
    const auto whole_mask = expanded(mask.data, of_mask);
    AttentionOptions<float> options;
    AttentionOptions<float> written_out;
    options.mask = mask;
    written_out.mask = whole_mask;
    problem.check(options, written_out);
    for (const auto& of_bias : shapes) {
      INFO("bias " << text_of(of_bias));
      const auto bias = problem.bias(of_bias);
      const auto whole_bias = expanded(bias.data, of_bias);
      options.bias = bias;
      written_out.bias = whole_bias;
      problem.check(options, written_out);
    }
  }
  for (const auto& of_bias : shapes) {
    INFO("bias alone " << text_of(of_bias));
    const auto bias = problem.bias(of_bias);
    const auto whole_bias = expanded(bias.data, of_bias);
    AttentionOptions<float> options;
    AttentionOptions<float> written_out;
    options.bias = bias;
    written_out.bias = whole_bias;
    problem.check(options, written_out);
  }
}

TEST_CASE("The gradient of a bias is summed over the axes that it was broadcast along, whatever its rank",
          "[broadcast]") {
  Problem problem;
  const auto gradient = random_tensor(problem.random, {2, 3, 4, 2});
  for (const auto& shape : broadcast_shapes()) {
    INFO(text_of(shape));
    const auto bias = random_tensor(problem.random, Shape::aligned_right(shape));
    const auto whole = expanded(bias.data, shape);
    const auto gradients = [&](const Tensor<float>& given) {
      AttentionOptions<float> options;
      options.bias = given;
      const auto forward = attention(problem.query, problem.key, problem.value, options);
      return attention_backward<float>(problem.query, problem.key, problem.value, forward, gradient, options).bias;
    };
    const auto own = gradients(bias);
    const auto written_out = gradients(whole);
    REQUIRE(own.shape == bias.shape);
    // Which element of the bias each of the whole came from: its number, broadcast.
    Tensor<float> numbers(bias.shape);
    for (std::size_t i = 0; i < numbers.data.size(); ++i) numbers.data[i] = static_cast<float>(i);
    const auto from = expanded(numbers.data, shape);
    std::vector<double> sums(own.data.size());
    for (std::size_t i = 0; i < from.data.size(); ++i)
      sums[static_cast<std::size_t>(from.data[i])] += static_cast<double>(written_out.data[i]);
    CHECK_THAT(own.data, close_to(sums, 4e-6));  // sums of up to 120 numbers near 0.1
  }
}

TEST_CASE("Axes are aligned at the right, and there are one to four of them", "[broadcast]") {
  CHECK(Shape::aligned_right({7}) == Shape{1, 1, 1, 7});
  CHECK(Shape::aligned_right({4, 6}) == Shape{1, 1, 4, 6});
  CHECK(Shape::aligned_right({3, 4, 6}) == Shape{1, 3, 4, 6});
  CHECK(Shape::aligned_right({2, 3, 4, 6}) == Shape{2, 3, 4, 6});
  const auto refuses = [](std::vector<Index> axes, const char* with) {
    CHECK_THROWS_MATCHES(Shape::aligned_right(axes), std::invalid_argument, Catch::Matchers::Message(with));
  };
  refuses({}, "there are 0 axes; there must be 1 to 4");
  refuses({1, 1, 1, 1, 1}, "there are 5 axes; there must be 1 to 4");
}

TEST_CASE("Shapes that NumPy would not broadcast are refused", "[broadcast]") {
  Problem problem;
  const std::vector<Index> shape =
      GENERATE(std::vector<Index>{4}, std::vector<Index>{5, 4}, std::vector<Index>{2, 4, 5},
               std::vector<Index>{3, 3, 4, 5}, std::vector<Index>{2, 5});
  const auto mask = problem.mask(shape);
  AttentionOptions<float> options;
  options.mask = mask;
  CHECK_THROWS_AS(attention(problem.query, problem.key, problem.value, options), std::invalid_argument);
}
