#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>

#include "../support/close_to.h"
#include "../support/finite_differences.h"
#include "../support/random_tensor.h"
#include "heed/ops/activations/gelu.h"
#include "heed/ops/activations/swiglu.h"
#include "heed/ops/cross_entropy.h"
#include "heed/ops/embedding.h"
#include "heed/ops/linear.h"
#include "heed/ops/norms/layer_norm.h"
#include "heed/ops/norms/rms_norm.h"
#include "heed/ops/rotary.h"
#include "heed/training/adamw.h"

using namespace heed;
using heed::test::close_to;
using heed::test::finite_differences;
using heed::test::relative_difference;

namespace {

std::vector<double> numbers(RandomState& random, Index count) {
  return test::random_tensor<double>(random, {1, 1, 1, count}).data;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

MatrixView<const double> constant(const std::vector<double>& from, Index rows) {
  return matrix(from.data(), rows, static_cast<Index>(from.size()) / rows);
}

}  // namespace

TEST_CASE("A linear map and its gradients", "[layers]") {
  RandomState random(1);
  std::vector<double> x = numbers(random, 3 * 4);
  std::vector<double> weight = numbers(random, 4 * 5);
  std::vector<double> bias = numbers(random, 5);
  const std::vector<double> g = numbers(random, 3 * 5);
  const auto apply = [&] {
    std::vector<double> y(15);
    linear(constant(x, 3), constant(weight, 4), bias.data(), matrix(y.data(), 3, 5));
    return y;
  };
  const auto loss = [&] { return dot(apply(), g); };
  double first = bias[2];
  for (std::size_t i = 0; i < 4; ++i) first += x[4 + i] * weight[i * 5 + 2];
  CHECK(std::abs(apply()[7] - first) < 1e-14);

  std::vector<double> dx(12);
  std::vector<double> dw(20, 1.0);  // gradients of parameters are added up
  std::vector<double> db(5);
  linear_backward(constant(x, 3), constant(weight, 4), constant(g, 3), matrix(dx.data(), 3, 4), dw.data(), db.data());
  for (double& number : dw) number -= 1;
  std::vector<double> twice = dx;
  std::vector<double> more(20);
  linear_backward_add(constant(x, 3), constant(weight, 4), constant(g, 3), matrix(twice.data(), 3, 4), more.data(),
                      static_cast<double*>(nullptr));
  for (std::size_t i = 0; i < dx.size(); ++i) CHECK(std::abs(twice[i] - 2 * dx[i]) < 1e-14);
  CHECK(relative_difference(dx, finite_differences(x, loss)) < 1e-6);
  CHECK(relative_difference(dw, finite_differences(weight, loss)) < 1e-6);
  CHECK(relative_difference(db, finite_differences(bias, loss)) < 1e-6);
}

TEST_CASE("Norms and their gradients", "[layers]") {
  RandomState random(2);
  std::vector<double> x = numbers(random, 3 * 6);
  std::vector<double> gain = numbers(random, 6);
  std::vector<double> bias = numbers(random, 6);
  const std::vector<double> g = numbers(random, 3 * 6);
  std::vector<double> dx(18);
  std::vector<double> dgain(6);
  std::vector<double> dbias(6);
  std::vector<double> y(18);

  SECTION("layer norm") {
    const auto apply = [&] { layer_norm(constant(x, 3), gain.data(), bias.data(), 1e-5, matrix(y.data(), 3, 6)); };
    const auto loss = [&] {
      apply();
      return dot(y, g);
    };
    std::vector<double> saved_gain = gain;
    std::fill(gain.begin(), gain.end(), 1.0);
    std::fill(bias.begin(), bias.end(), 0.0);
    apply();
    for (std::size_t row = 0; row < 3; ++row) {  // mean 0 and, but for ε, variance 1
      double mean = 0;
      double squares = 0;
      for (std::size_t j = 0; j < 6; ++j) {
        mean += y[row * 6 + j] / 6;
        squares += y[row * 6 + j] * y[row * 6 + j] / 6;
      }
      CHECK(std::abs(mean) < 1e-14);
      CHECK(std::abs(squares - 1) < 1e-3);
    }
    gain = saved_gain;
    layer_norm_backward(constant(x, 3), gain.data(), 1e-5, constant(g, 3), matrix(dx.data(), 3, 6), dgain.data(),
                        dbias.data());
    CHECK(relative_difference(dx, finite_differences(x, loss)) < 1e-6);
    CHECK(relative_difference(dgain, finite_differences(gain, loss)) < 1e-6);
    CHECK(relative_difference(dbias, finite_differences(bias, loss)) < 1e-6);
  }

  SECTION("RMS norm") {
    const auto apply = [&] { rms_norm(constant(x, 3), gain.data(), 1e-5, matrix(y.data(), 3, 6)); };
    const auto loss = [&] {
      apply();
      return dot(y, g);
    };
    apply();
    double squares = 0;
    for (std::size_t j = 0; j < 6; ++j) squares += y[j] * y[j] / gain[j] / gain[j] / 6;
    CHECK(std::abs(squares - 1) < 1e-3);
    rms_norm_backward(constant(x, 3), gain.data(), 1e-5, constant(g, 3), matrix(dx.data(), 3, 6), dgain.data());
    CHECK(relative_difference(dx, finite_differences(x, loss)) < 1e-6);
    CHECK(relative_difference(dgain, finite_differences(gain, loss)) < 1e-6);
  }
}

TEST_CASE("GELU and SwiGLU and their gradients", "[layers]") {
  RandomState random(3);
  std::vector<double> x = numbers(random, 8);
  std::vector<double> up = numbers(random, 8);
  const std::vector<double> g = numbers(random, 8);
  std::vector<double> y(8);

  SECTION("GELU: 0 at 0, x far right, 0 far left") {
    std::vector<double> limits{0, 20, -20, 1};
    gelu<double>(limits, std::span(y).first(4));
    // torch.nn.functional.gelu(torch.tensor(1.0), approximate='tanh')
    CHECK_THAT(std::vector<double>(y.begin(), y.begin() + 4),
               close_to(std::vector<double>{0, 20, 0, 0.8411919906}, 1e-9));
    std::vector<double> dx = g;
    gelu_backward<double>(x, dx);
    CHECK(relative_difference(dx, finite_differences(x, [&] {
                                gelu<double>(x, y);
                                return dot(y, g);
                              })) < 1e-6);
  }

  SECTION("SwiGLU") {
    const auto loss = [&] {
      swiglu<double>(x, up, y);
      return dot(y, g);
    };
    loss();
    CHECK(std::abs(y[3] - x[3] * up[3] / (1 + std::exp(-x[3]))) < 1e-15);
    std::vector<double> dup = g;
    std::vector<double> dgate(8);
    swiglu_backward<double>(x, up, dgate, dup);
    CHECK(relative_difference(dgate, finite_differences(x, loss)) < 1e-6);
    CHECK(relative_difference(dup, finite_differences(up, loss)) < 1e-6);
  }
}

TEST_CASE("Rotary positions: products depend on distance alone, and turn back", "[layers]") {
  RandomState random(4);
  const std::vector<double> vector = numbers(random, 8);
  std::vector<double> same;
  for (Index p = 0; p < 12; ++p) same.insert(same.end(), vector.begin(), vector.end());
  const std::vector<double> before = same;
  const RotaryPositions<double> positions(12, 1, 8, 100);
  positions.rotate(matrix(same.data(), 12, 8), 12);
  const auto product = [&](std::size_t i, std::size_t j) {
    double sum = 0;
    for (std::size_t d = 0; d < 8; ++d) sum += same[i * 8 + d] * same[j * 8 + d];
    return sum;
  };
  CHECK(std::abs(product(3, 1) - product(11, 9)) < 1e-13);
  CHECK(std::abs(product(3, 1) - product(11, 8)) > 1e-3);
  // The first pair turns by 1 radian a position.
  CHECK(std::abs(same[8] - (vector[0] * std::cos(1.0) - vector[1] * std::sin(1.0))) < 1e-15);
  positions.rotate(matrix(same.data(), 12, 8), 12, -1);
  CHECK_THAT(same, close_to(before, 1e-14));

  // Two heads side by side turn alike, and every sequence starts at position 0.
  std::vector<double> side_by_side(6 * 16);
  for (std::size_t i = 0; i < side_by_side.size(); ++i) side_by_side[i] = vector[i % 8];
  const RotaryPositions<double> of_two_heads(3, 2, 8, 100);
  of_two_heads.rotate(matrix(side_by_side.data(), 6, 16), 3);
  same = before;
  positions.rotate(matrix(same.data(), 12, 8), 12);
  for (std::size_t i = 0; i < side_by_side.size(); ++i) CHECK(side_by_side[i] == same[i / 16 % 3 * 8 + i % 8]);

  CHECK_THROWS_WITH(positions.rotate(matrix(same.data(), 13, 8), 13),
                    "there are angles for 12 positions of 8 components, but x has 13 of 8");
  CHECK_THROWS_WITH(RotaryPositions<double>(2, 1, 3, 100),
                    "rotary positions turn pairs of components, but the heads have 3");
}

TEST_CASE("Embeddings are looked up, and their gradients are added up", "[layers]") {
  const std::vector<double> table{1, 2, 3, 4, 5, 6};
  const std::vector<std::int32_t> tokens{2, 0, 2};
  std::vector<double> x(6);
  embed<double>(tokens, table.data(), matrix(x.data(), 3, 2));
  CHECK(x == std::vector<double>{5, 6, 1, 2, 5, 6});
  std::vector<double> gradient(6);
  embed_backward<double>(tokens, constant(x, 3), gradient.data());
  CHECK(gradient == std::vector<double>{1, 2, 0, 0, 10, 12});

  const std::vector<double> positions = sinusoidal_positions<double>(2, 4);
  // sin and cos of p and of p / 100
  CHECK_THAT(
      positions,
      close_to(std::vector<double>{0, 1, 0, 1, std::sin(1.0), std::cos(1.0), std::sin(0.01), std::cos(0.01)}, 1e-15));
}

TEST_CASE("Cross-entropy: ln of the vocabulary when undecided, 0 when sure, and its gradient", "[layers]") {
  std::vector<double> even(2 * 4, 3.0);
  const std::vector<std::int32_t> targets{1, -1};
  const Loss undecided = cross_entropy(constant(even, 2), targets);
  CHECK(undecided.scored == 1);
  CHECK(std::abs(undecided.mean() - std::log(4.0)) < 1e-14);
  const std::vector<double> sure{-1e4, 1e4, 0, 0, 0, 0, 0, 0};
  CHECK(cross_entropy(constant(sure, 2), targets).mean() == 0);
  CHECK(cross_entropy(constant(sure, 2), targets).accuracy() == 1);
  CHECK(cross_entropy(constant(sure, 2), std::vector<std::int32_t>{-1, -1}).mean() == 0);

  RandomState random(6);
  std::vector<double> logits = numbers(random, 3 * 5);
  const std::vector<std::int32_t> classes{4, -1, 0};
  const auto loss = [&] { return cross_entropy(constant(logits, 3), classes).sum * 0.5; };
  std::vector<double> gradient = logits;
  const Loss backward = cross_entropy_backward(matrix(gradient.data(), 3, 5), classes, 0.5);
  CHECK(std::abs(backward.sum * 0.5 - loss()) < 1e-14);
  CHECK(relative_difference(gradient, finite_differences(logits, loss)) < 1e-6);
}

TEMPLATE_TEST_CASE("NaN logits are never right", "[layers]", float, double) {
  const auto nan = std::numeric_limits<TestType>::quiet_NaN();
  const std::vector<std::int32_t> first{0}, second{1};
  const auto correct = [](const std::vector<TestType>& logits, const std::vector<std::int32_t>& target) {
    const MatrixView<const TestType> row{logits.data(), 1, static_cast<Index>(logits.size()),
                                         static_cast<Index>(logits.size())};
    return cross_entropy(row, target).correct;
  };
  CHECK(correct({2, 1, 0}, first) == 1);
  CHECK(correct({2, 2, 0}, first) == 1);
  CHECK(correct({2, 2, 0}, second) == 0);
  CHECK(correct({nan, nan, nan}, first) == 0);
  CHECK(correct({nan, 1, 0}, first) == 0);
  CHECK(correct({nan, 1, 0}, second) == 0);
  CHECK(correct({0, 1, nan}, second) == 0);
}

TEST_CASE("Targets that are not there are refused", "[layers]") {
  const std::vector<double> logits(2 * 4);
  const auto loss = [&](const std::vector<std::int32_t>& targets) {
    return cross_entropy(constant(logits, 2), targets);
  };
  CHECK_THROWS_WITH(loss({1}), "there are 1 targets for 2 rows of logits");
  CHECK_THROWS_WITH(loss({1, 4}), "there is no target 4 among 4 logits (−1: not scored)");
  CHECK_THROWS_WITH(loss({1, -7}), "there is no target -7 among 4 logits (−1: not scored)");
  CHECK(loss({1, -1}).scored == 1);
}

TEST_CASE("The learning rate warms up, then falls as a cosine", "[optimiser]") {
  CHECK(learning_rate_at(0, 100, 10, 1, 0.1) == 0.1);
  CHECK(learning_rate_at(9, 100, 10, 1, 0.1) == 1);
  CHECK(std::abs(learning_rate_at(55, 100, 10, 1, 0.1) - 0.55) < 1e-12);
  CHECK(std::abs(learning_rate_at(100, 100, 10, 1, 0.1) - 0.1) < 1e-12);
  CHECK(learning_rate_at(500, 100, 10, 1, 0.1) == learning_rate_at(100, 100, 10, 1, 0.1));
}

TEST_CASE("Gradients are clipped to a norm, not below it", "[optimiser]") {
  std::vector<double> gradients{3, -4};
  CHECK(clip_gradients<double>(gradients, 10) == 5);
  CHECK(gradients == std::vector<double>{3, -4});
  CHECK(clip_gradients<double>(gradients, 1) == 5);
  CHECK_THAT(gradients, close_to(std::vector<double>{0.6, -0.8}, 1e-15));
}

TEST_CASE("AdamW's first step is the learning rate, against the gradient's sign, and decay", "[optimiser]") {
  std::vector<double> parameters{1, 1};
  AdamW<double> optimiser(2, {.epsilon = 0, .weight_decay = 0.5});
  optimiser.begin_step();
  optimiser.update(0, std::span(parameters).first(1), std::vector<double>{0.001}, 0.1, true);
  optimiser.update(1, std::span(parameters).last(1), std::vector<double>{-7}, 0.1, false);
  CHECK_THAT(parameters, close_to(std::vector<double>{1 * 0.95 - 0.1, 1.1}, 1e-12));
  CHECK_THROWS_WITH(AdamW<double>(1, {.beta1 = 1}),
                    "beta1 is 1 and beta2 0.999; both must be from 0 to below 1, in single precision too");
  CHECK_THROWS_AS(AdamW<float>(1, {.beta2 = 0.99999999}), std::invalid_argument);
}

TEST_CASE("In single precision too, AdamW's first step is the learning rate where the betas are nearly 1",
          "[optimiser]") {
  // 1 − beta is 1e-7 here; in single precision it would be 1.19e-7, and the step 1.19 / √1.19 times as long.
  std::vector<float> parameters(37, 1);
  AdamW<float> optimiser(37, {.beta1 = 0.9999999, .beta2 = 0.9999999, .epsilon = 0, .weight_decay = 0});
  optimiser.begin_step();
  optimiser.update(0, std::span(parameters), std::vector<float>(37, 2), 0.25, true);
  for (const float parameter : parameters) CHECK(std::abs(parameter - 0.75F) < 1e-6F);
}

TEMPLATE_TEST_CASE("AdamW without an epsilon leaves alone what has no gradient", "[optimiser]", float, double) {
  // More than a vector of every instruction set, and some beyond.
  const std::vector<TestType> before(37, 3);
  std::vector<TestType> parameters = before;
  AdamW<TestType> optimiser(37, {.epsilon = 0, .weight_decay = 0});
  std::vector<TestType> gradients(37);
  gradients[5] = 2;
  optimiser.begin_step();
  optimiser.update(0, std::span(parameters), gradients, 0.1, true);
  for (std::size_t i = 0; i < 37; ++i) CHECK(std::abs(static_cast<double>(parameters[i]) - (i == 5 ? 2.9 : 3)) < 1e-6);
  // A gradient whose square is 0 in single precision moves nothing, where it would move by infinity.
  gradients[7] = static_cast<TestType>(1e-30);
  optimiser.begin_step();
  optimiser.update(0, std::span(parameters), gradients, 0.1, true);
  CHECK(std::isfinite(parameters[7]));
}

TEST_CASE("AdamW refuses options that make numbers NaN", "[optimiser]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(AdamW<float>(1, {.weight_decay = kNan}), "weight decay is nan; it must be from 0 to 3.40282e+38");
  CHECK_THROWS_WITH(AdamW<float>(1, {.weight_decay = -1}), "weight decay is -1; it must be from 0 to 3.40282e+38");
  CHECK_THROWS_WITH(AdamW<float>(1, {.epsilon = kNan}), "epsilon is nan; it must be from 0 to 3.40282e+38");
  CHECK_THROWS_WITH(AdamW<float>(1, {.epsilon = 1e39}), "epsilon is 1e+39; it must be from 0 to 3.40282e+38");
  CHECK_THROWS_AS(AdamW<float>(1, {.beta2 = kNan}), std::invalid_argument);
  AdamW<float> three(3, {});
  std::vector<float> two(2);
  CHECK_THROWS_WITH(three.update(2, std::span(two), two, 0.1, true),
                    "parameters 2 to 4 with 2 gradients; there are 3 parameters");
}
