#include "explain/layer_steps.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "../support/reference_attention.h"
#include "heed/tensor/random.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using Catch::Matchers::WithinAbs;
using heed::test::close_to;
using heed::test::random_tensor;

namespace {

constexpr Index kTokens = 5;
constexpr Index kWidth = 4;
constexpr Index kHidden = 6;
// Sums of up to six products of float32 numbers near 1, three maps deep.
constexpr double kTolerance = 1e-5;

struct Layer {
  Tensor<float> x;
  MultiHead<float> attention;
  FeedForwardWeights feed_forward;
};

Layer random_layer() {
  RandomState random(7);
  Tensor<float> x = random_tensor(random, {1, 1, kTokens, kWidth});
  auto weights = random_multi_head<float>(random, kWidth, 2);
  FeedForwardWeights feed_forward{.w1 = random_tensor(random, {1, 1, kWidth, kHidden}),
                                  .b1 = random_tensor(random, {1, 1, 1, kHidden}),
                                  .w2 = random_tensor(random, {1, 1, kHidden, kWidth})};
  return {std::move(x), std::move(weights), std::move(feed_forward)};
}

/// a · b in double precision, of numbers (rows × inner) and (inner × columns).
std::vector<double> product(const float* a, const float* b, Index rows, Index inner, Index columns) {
  std::vector<double> c(static_cast<std::size_t>(rows * columns));
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j)
      for (Index l = 0; l < inner; ++l)
        c[static_cast<std::size_t>(i * columns + j)] +=
            static_cast<double>(a[i * inner + l]) * static_cast<double>(b[l * columns + j]);
  return c;
}

std::vector<double> added(const std::vector<double>& a, const std::vector<float>& b) {
  std::vector<double> sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(b[i]);
  return sum;
}

}  // namespace

TEST_CASE("A layer is attention, its sum with the input, and a feed-forward layer's sum with that", "[layer]") {
  const auto [x, weights, feed_forward] = random_layer();
  const auto steps = layer_steps(x, weights, feed_forward, true);
  AttentionOptions<float> options;
  options.causal = true;
  const auto expected = multi_head_attention<float>(x, weights, options);
  CHECK_THAT(steps.output.data, close_to(expected.output.data, kTolerance));
  CHECK(steps.logits.data[1] == -std::numeric_limits<float>::infinity());
  CHECK_THAT(steps.logits.data[kTokens], WithinAbs(steps.scores.data[kTokens] / std::sqrt(2.0), kTolerance));
  CHECK_THAT(steps.heads.data, close_to(expected.attention.output.data, kTolerance));

  const std::vector<double> output(steps.output.data.begin(), steps.output.data.end());
  CHECK_THAT(steps.after_attention.data, close_to(added(output, x.data), kTolerance));
  auto hidden = product(steps.after_attention.data.data(), feed_forward.w1.data.data(), kTokens, kWidth, kHidden);
  for (std::size_t i = 0; i < hidden.size(); ++i)
    hidden[i] = std::max(0.0, hidden[i] + static_cast<double>(feed_forward.b1.data[i % kHidden]));
  CHECK_THAT(steps.hidden.data, close_to(hidden, kTolerance));
  const auto second = product(steps.hidden.data.data(), feed_forward.w2.data.data(), kTokens, kHidden, kWidth);
  CHECK_THAT(steps.feed_forward.data, close_to(second, kTolerance));
  CHECK_THAT(steps.result.data, close_to(added(second, steps.after_attention.data), kTolerance));
}

TEST_CASE("The contributions of the heads have the output of the layer as their sum", "[layer]") {
  const auto [x, weights, feed_forward] = random_layer();
  const auto steps = layer_steps(x, weights, feed_forward, false);
  std::vector<double> sum(steps.output.data.size());
  for (std::size_t i = 0; i < steps.contributions.data.size(); ++i)
    sum[i % sum.size()] += static_cast<double>(steps.contributions.data[i]);
  CHECK_THAT(steps.output.data, close_to(sum, kTolerance));
}

TEST_CASE("The circuits give scores and contributions without queries, keys and values", "[layer]") {
  const auto [x, weights, feed_forward] = random_layer();
  const auto steps = layer_steps(x, weights, feed_forward, false);
  for (Index h = 0; h < 2; ++h) {
    // x W^Q (W^K)ᵀ xᵀ
    const auto left = product(x.data.data(), steps.qk_circuits.head(0, h), kTokens, kWidth, kWidth);
    std::vector<double> scores;
    for (Index i = 0; i < kTokens; ++i)
      for (Index j = 0; j < kTokens; ++j) {
        double score = 0;
        for (Index c = 0; c < kWidth; ++c)
          score += left[static_cast<std::size_t>(i * kWidth + c)] *
                   static_cast<double>(x.data[static_cast<std::size_t>(j * kWidth + c)]);
        scores.push_back(score);
      }
    const float* of_head = steps.scores.head(0, h);
    CHECK_THAT(std::vector<float>(of_head, of_head + kTokens * kTokens), close_to(scores, kTolerance));
    // A x W^V W^O
    const auto moved = product(x.data.data(), steps.ov_circuits.head(0, h), kTokens, kWidth, kWidth);
    const std::vector<float> narrow(moved.begin(), moved.end());
    const auto expected = product(steps.weights.head(0, h), narrow.data(), kTokens, kTokens, kWidth);
    const float* contribution = steps.contributions.head(0, h);
    CHECK_THAT(std::vector<float>(contribution, contribution + kTokens * kWidth), close_to(expected, kTolerance));
  }
}

TEST_CASE("Weights of a layer that do not fit are refused with their shapes", "[layer]") {
  const auto refuses = [](auto change, const char* why) {
    auto layer = random_layer();
    change(layer);
    CHECK_THROWS_MATCHES(layer_steps(layer.x, layer.attention, layer.feed_forward, false), std::invalid_argument,
                         Message(why));
  };
  refuses([](Layer& layer) { layer.feed_forward.w1 = Tensor<float>({1, 1, 3, kHidden}); },
          "W1 has shape (1, 1, 3, 6); it must be (1, 1, 4, hidden)");
  refuses([](Layer& layer) { layer.feed_forward.b1 = Tensor<float>({1, 1, 1, 5}); },
          "b1 has shape (1, 1, 1, 5); it must be (1, 1, 1, 6)");
  refuses([](Layer& layer) { layer.feed_forward.w2 = Tensor<float>({1, 1, kHidden, 3}); },
          "W2 has shape (1, 1, 6, 3); it must be (1, 1, 6, 4)");
  refuses([](Layer& layer) { layer.attention.w_output = Tensor<float>({1, 1, kWidth, 3}); },
          "the output has shape (1, 1, 5, 3) but x has (1, 1, 5, 4); they cannot be added");
  refuses([](Layer& layer) { layer.x = Tensor<float>({2, 1, kTokens, kWidth}); },
          "x has shape (2, 1, 5, 4); steps show one sequence");
}
