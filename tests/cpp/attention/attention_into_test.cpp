#include "heed/attention/attention_into.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>

#include "../support/attention_problem.h"
#include "../support/close_to.h"

using namespace heed;
using namespace heed::test;

namespace {

constexpr float kUntouched = -12345;

/// Memory for a tensor in the order (batch, length, heads, dim), with `gap` more numbers after each vector.
struct Interleaved {
  Interleaved(const Shape& shape, Index gap)
      : memory(static_cast<std::size_t>(shape.batch * shape.length * shape.heads * (shape.dim + gap)), kUntouched) {
    const Index row = shape.heads * (shape.dim + gap);
    view = {memory.data(), shape, {shape.length * row, shape.dim + gap, row, 1}};
  }
  Interleaved(const Tensor<float>& tensor, Index gap) : Interleaved(tensor.shape, gap) { copy<float>(tensor, view); }

  [[nodiscard]] std::vector<float> numbers() const { return contiguous<float>(view).data; }
  [[nodiscard]] std::ptrdiff_t untouched() const { return std::count(memory.begin(), memory.end(), kUntouched); }

  std::vector<float> memory;
  StridedView<float> view;
};

std::uint16_t bits_of(float number, Float16) { return to_half(number); }
std::uint16_t bits_of(float number, BFloat16) { return to_bfloat16(number); }

/// A tensor rounded to half precision, in the order (batch, length, heads, dim), and the numbers that it then holds.
template <typename Half>
struct HalfTensor {
  explicit HalfTensor(const Tensor<float>& tensor) : held(tensor) {
    const auto [batch, heads, length, dim] = tensor.shape;
    memory.resize(tensor.data.size());
    const StridedView<Half> to{memory.data(), tensor.shape, {length * heads * dim, dim, heads * dim, 1}};
    for (Index b = 0; b < batch; ++b)
      for (Index h = 0; h < heads; ++h)
        for (Index i = 0; i < length; ++i)
          for (Index c = 0; c < dim; ++c) {
            to.at(b, h, i, c) = Half{bits_of(view_of(tensor).at(b, h, i, c), Half{})};
            view_of(held).at(b, h, i, c) = static_cast<float>(to.at(b, h, i, c));
          }
    view = to;
  }

  std::vector<Half> memory;
  StridedView<const Half> view;
  Tensor<float> held;
};

}  // namespace

TEST_CASE("Attention of strided tensors is that of contiguous ones, to the bit", "[strides]") {
  const auto& option = kOptions[GENERATE_REF(range(std::size_t{0}, kOptions.size()))];
  CAPTURE(option.name);
  for (std::uint32_t seed = 0; seed < 8; ++seed) {
    Problem p(seed);
    option.apply(p);
    p.options.weights = p.options.logits = seed % 2 == 0;
    const auto expected = attention(p.query, p.key, p.value, p.options);
    const Index gap = seed < 4 ? 0 : 3;
    const Interleaved query(p.query, gap), key(p.key, gap), value(p.value, gap);
    const Interleaved output(expected.output.shape, gap), log_sum_exp(expected.log_sum_exp.shape, gap);
    const Interleaved entropy(expected.entropy.shape, gap), visible_keys(expected.visible_keys.shape, gap);
    const Interleaved weights(p.shape, gap), logits(p.shape, gap);
    AttentionOutputs<float> outputs{.output = output.view,
                                    .log_sum_exp = log_sum_exp.view,
                                    .entropy = entropy.view,
                                    .visible_keys = visible_keys.view,
                                    .weights = {},
                                    .logits = {}};
    if (p.options.weights) outputs.weights = weights.view;
    if (p.options.weights) outputs.logits = logits.view;
    attention_into(outputs, query.view, key.view, value.view, p.options);
    CAPTURE(seed, p.shape);
    CHECK_THAT(output.numbers(), close_to(expected.output.data, 0));
    CHECK_THAT(log_sum_exp.numbers(), close_to(expected.log_sum_exp.data, 0));
    CHECK_THAT(entropy.numbers(), close_to(expected.entropy.data, 0));
    CHECK_THAT(visible_keys.numbers(), close_to(expected.visible_keys.data, 0));
    if (p.options.weights) CHECK_THAT(weights.numbers(), close_to(expected.weights.data, 0));
    if (p.options.weights) CHECK_THAT(logits.numbers(), close_to(expected.logits.data, 0));
    CHECK(output.untouched() == gap * p.shape.batch * p.shape.heads * p.shape.length);
  }
}

TEST_CASE("Outputs with contiguous heads are written where they lie, and others are not needed", "[strides]") {
  RandomState random(3);
  const auto x = random_tensor(random, {2, 3, 70, 8});
  AttentionOptions<float> options;
  options.weights = true;
  const auto expected = attention(x, x, x, options);
  Tensor<float> output(x.shape);
  attention_into({.output = view_of(output)}, view_of(x), view_of(x), view_of(x));
  CHECK_THAT(output.data, close_to(expected.output.data, 2e-6));  // the streaming way sums in another order
  Tensor<float> logits(Shape{2, 3, 70, 70});
  attention_into({.output = view_of(output), .logits = view_of(logits)}, view_of(x), view_of(x), view_of(x));
  CHECK(output.data == expected.output.data);
  CHECK(std::all_of(logits.data.begin(), logits.data.end(), [](float logit) { return logit != 0; }));
}

TEMPLATE_TEST_CASE("Attention of numbers in half precision is that of the numbers widened, to the bit", "[strides]",
                   Float16, BFloat16) {
  const auto& option = kOptions[GENERATE_REF(range(std::size_t{0}, kOptions.size()))];
  CAPTURE(option.name);
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    Problem p(seed);
    option.apply(p);
    p.options.weights = seed % 2 == 0;
    const HalfTensor<TestType> query(p.query), key(p.key), value(p.value);
    const auto expected = attention(query.held, key.held, value.held, p.options);
    Tensor<float> output(expected.output.shape), log_sum_exp(expected.log_sum_exp.shape), weights(p.shape);
    AttentionOutputs<float> outputs{.output = view_of(output), .log_sum_exp = view_of(log_sum_exp)};
    if (p.options.weights) outputs.weights = view_of(weights);
    attention_into(outputs, query.view, key.view, value.view, p.options);
    CAPTURE(seed, p.shape);
    CHECK_THAT(output.data, close_to(expected.output.data, 0));
    CHECK_THAT(log_sum_exp.data, close_to(expected.log_sum_exp.data, 0));
    if (p.options.weights) CHECK_THAT(weights.data, close_to(expected.weights.data, 0));
  }
}

TEST_CASE("A float of half precision beyond the largest is infinite, and is seen as such", "[strides]") {
  // Two keys: the scores are 0 and +inf, whose softmax is no number; the largest float16, 65504, still gives weight 1.
  const std::vector<Float16> query{{to_half(1)}}, largest{{to_half(0)}, {to_half(65504)}},
      beyond{{to_half(0)}, {to_half(65520)}};
  const std::vector<Float16> value{{to_half(2)}, {to_half(3)}};
  Tensor<float> output({1, 1, 1, 1});
  const auto view = [](const std::vector<Float16>& numbers) {
    return view_of(std::span<const Float16>(numbers), {1, 1, static_cast<Index>(numbers.size()), 1});
  };
  attention_into({.output = view_of(output)}, view(query), view(largest), view(value));
  CHECK(output.data[0] == 3);
  attention_into({.output = view_of(output)}, view(query), view(beyond), view(value));
  CHECK(std::isnan(output.data[0]));
  CHECK_THROWS_WITH(attention_into({.output = view_of(output)}, view(query), view(largest), view(query)),
                    "K has 2 rows but V has 1");
  const StridedView<const Float16> missing{nullptr, {1, 1, 1, 1}, {1, 1, 1, 1}};
  CHECK_THROWS_WITH(attention_into({.output = view_of(output)}, view(query), missing, view(query)),
                    "K has shape (1, 1, 1, 1) but no data");
}

TEST_CASE("Attention into what does not fit is refused", "[strides]") {
  const Tensor<float> x({1, 2, 4, 3});
  Tensor<float> output({1, 2, 4, 3}), per_query({1, 2, 3, 1});
  const AttentionOutputs<float> good{.output = view_of(output)};
  CHECK_THROWS_WITH(attention_into({}, view_of(x), view_of(x), view_of(x)), "the output has no data");
  AttentionOutputs<float> wrong = good;
  wrong.entropy = view_of(per_query);
  CHECK_THROWS_WITH(attention_into(wrong, view_of(x), view_of(x), view_of(x)),
                    "the entropy has room for shape (1, 2, 3, 1); expected (1, 2, 4, 1)");
  const StridedView<const float> missing{nullptr, x.shape, contiguous_strides(x.shape)};
  CHECK_THROWS_WITH(attention_into(good, view_of(x), missing, view_of(x)), "K has shape (1, 2, 4, 3) but no data");
  const Tensor<float> longer({1, 2, 5, 3});
  CHECK_THROWS_WITH(attention_into(good, view_of(x), view_of(x), view_of(longer)), "K has 4 rows but V has 5");
}
