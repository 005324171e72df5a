#include "heed/attention/attention_backward.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <functional>
#include <limits>
#include <string>

#include "../support/close_to.h"
#include "../support/finite_differences.h"
#include "../support/random_tensor.h"

using namespace heed;
using heed::test::close_to;
using heed::test::finite_differences;
using heed::test::random_tensor;
using heed::test::relative_difference;

namespace {

constexpr double kHidden = -std::numeric_limits<double>::infinity();

/// Two batches, four query heads on two key/value heads, more keys than queries, d_v ≠ d_k.
struct Problem {
  RandomState random{5};
  Tensor<double> query = random_tensor<double>(random, {2, 4, 5, 6});
  Tensor<double> key = random_tensor<double>(random, {2, 2, 7, 6});
  Tensor<double> value = random_tensor<double>(random, {2, 2, 7, 3});
  Tensor<double> weight = random_tensor<double>(random, {2, 4, 5, 3});  ///< loss = Σ weight · output
  Tensor<std::uint8_t> mask;
  Tensor<double> bias;
  AttentionOptions<double> options;

  [[nodiscard]] double loss() const {
    const Tensor<double> output = attention(query, key, value, options).output;
    double sum = 0;
    for (std::size_t i = 0; i < output.data.size(); ++i) sum += weight.data[i] * output.data[i];
    return sum;
  }

  [[nodiscard]] AttentionGradients<double> gradients() const {
    return attention_backward<double>(query, key, value, attention(query, key, value, options), weight, options);
  }

  void use_bias(const Shape& shape) {
    bias = random_tensor<double>(random, shape);
    options.bias = bias;
  }
};

const std::vector<std::pair<std::string, std::function<void(Problem&)>>> kOptions{
    {"nothing", [](Problem&) {}},
    {"scale", [](Problem& p) { p.options.scale = 0.7; }},
    {"temperature", [](Problem& p) { p.options.temperature = 2.5; }},
    {"softcap", [](Problem& p) { p.options.softcap = 1.5; }},
    {"bias", [](Problem& p) { p.use_bias({2, 4, 5, 7}); }},
    {"a bias that is broadcast", [](Problem& p) { p.use_bias({1, 4, 1, 7}); }},
    {"softcap and a bias that hides",
     [](Problem& p) {
       p.options.softcap = 1.5;
       p.use_bias({1, 1, 5, 7});
       p.bias.data[3] = p.bias.data[20] = kHidden;
     }},
    {"mask",
     [](Problem& p) {
       p.mask = Tensor<std::uint8_t>({2, 1, 5, 7});
       for (auto& seen : p.mask.data) seen = p.random.uniform() < 0.6 ? 1 : 0;
       std::fill_n(p.mask.data.begin(), 7, std::uint8_t{0});  // a query that sees nothing
       p.options.mask = p.mask;
     }},
    {"causal", [](Problem& p) { p.options.causal = true; }},
    {"causal after cached keys",
     [](Problem& p) {
       p.options.causal = true;
       p.options.query_offset = 2;
     }},
    {"window", [](Problem& p) { p.options.window_left = p.options.window_right = 1; }},
    {"key lengths", [](Problem& p) { p.options.key_lengths = {4, 0}; }},
};

}  // namespace

TEST_CASE("Gradients of attention are those of finite differences, under every option", "[backward]") {
  const auto& [name, apply] = GENERATE(from_range(kOptions));
  CAPTURE(name);
  Problem problem;
  apply(problem);
  const AttentionGradients<double> gradients = problem.gradients();
  const auto loss = [&] { return problem.loss(); };
  CHECK(relative_difference(gradients.query.data, finite_differences(problem.query.data, loss)) < 1e-6);
  CHECK(relative_difference(gradients.key.data, finite_differences(problem.key.data, loss)) < 1e-6);
  CHECK(relative_difference(gradients.value.data, finite_differences(problem.value.data, loss)) < 1e-6);
  if (problem.bias.data.empty()) return;
  for (std::size_t i = 0; i < problem.bias.data.size(); ++i)
    if (problem.bias.data[i] == kHidden) CHECK(gradients.bias.data[i] == 0);
  std::vector<double> seen_gradients;
  std::vector<double> expected;
  for (std::size_t i = 0; i < problem.bias.data.size(); ++i) {
    if (problem.bias.data[i] == kHidden) continue;
    seen_gradients.push_back(gradients.bias.data[i]);
    expected.push_back(finite_differences(std::span(problem.bias.data).subspan(i, 1), loss)[0]);
  }
  CHECK(relative_difference(seen_gradients, expected) < 1e-6);
}

TEST_CASE("Gradients over many tiles, in float as in double", "[backward]") {
  RandomState random(8);
  const Shape shape{1, 2, 150, 16};
  Tensor<double> query = random_tensor<double>(random, shape);
  Tensor<double> key = random_tensor<double>(random, shape);
  Tensor<double> value = random_tensor<double>(random, shape);
  Tensor<double> weight = random_tensor<double>(random, shape);
  AttentionOptions<double> options;
  options.causal = true;
  const AttentionGradients<double> exact =
      attention_backward<double>(query, key, value, attention(query, key, value, options), weight, options);
  // A few numbers against finite differences: the double way is checked in full on small shapes above.
  for (const std::size_t i : {std::size_t{0}, std::size_t{1500}, query.data.size() - 1}) {
    const auto loss = [&] {
      const Tensor<double> output = attention(query, key, value, options).output;
      double sum = 0;
      for (std::size_t j = 0; j < output.data.size(); ++j) sum += weight.data[j] * output.data[j];
      return sum;
    };
    const double expected = finite_differences(std::span(key.data).subspan(i, 1), loss)[0];
    CHECK(std::abs(exact.key.data[i] - expected) < 1e-6);
  }

  const auto rounded = [](const Tensor<double>& from) {
    return Tensor<float>(from.shape, std::vector<float>(from.data.begin(), from.data.end()));
  };
  const Tensor<float> q = rounded(query);
  const Tensor<float> k = rounded(key);
  const Tensor<float> v = rounded(value);
  AttentionOptions<float> float_options;
  float_options.causal = true;
  const AttentionGradients<float> single =
      attention_backward<float>(q, k, v, attention(q, k, v, float_options), rounded(weight), float_options);
  // Sums of up to 150 products of numbers near 1, each with a rounding error of 6e-8.
  CHECK_THAT(single.query.data, close_to(exact.query.data, 2e-5));
  CHECK_THAT(single.key.data, close_to(exact.key.data, 2e-5));
  CHECK_THAT(single.value.data, close_to(exact.value.data, 2e-5));
}

TEST_CASE("What is hidden has no part in any gradient", "[backward]") {
  Problem problem;
  problem.options.key_lengths = {4, 4};
  const AttentionGradients<double> before = problem.gradients();
  for (Index b = 0; b < 2; ++b)
    for (Index h = 0; h < 2; ++h)
      for (Index j = 4; j < 7; ++j) {
        std::fill_n(problem.key.head(b, h) + j * 6, 6, std::numeric_limits<double>::quiet_NaN());
        std::fill_n(problem.value.head(b, h) + j * 3, 3, std::numeric_limits<double>::infinity());
      }
  const AttentionGradients<double> after = problem.gradients();
  // Skipping hidden terms may add up in another order.
  CHECK_THAT(after.query.data, close_to(before.query.data, 1e-14));
  CHECK_THAT(after.key.data, close_to(before.key.data, 1e-14));
  CHECK_THAT(after.value.data, close_to(before.value.data, 1e-14));
}

TEST_CASE("Gradients that do not fit are refused with both shapes", "[backward]") {
  const Problem problem;
  const auto forward = attention(problem.query, problem.key, problem.value);
  CHECK_THROWS_WITH(attention_backward<double>(problem.query, problem.key, problem.value, forward, problem.query),
                    "the gradient of the output has shape (2, 4, 5, 6) but the output has (2, 4, 5, 3)");
  CHECK_THROWS_WITH(attention_backward<double>(problem.query, problem.key, problem.key, forward, problem.weight),
                    "the gradient of the output has shape (2, 4, 5, 3) but the output has (2, 4, 5, 6)");
  CHECK_THROWS_WITH(attention_backward<double>(problem.query, problem.key, problem.value, {}, problem.weight),
                    "the forward output has shape (1, 1, 0, 0); expected (2, 4, 5, 3)");
}
