#include "heed/ops/activations/activation_function.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "heed/tensor/random.h"

using namespace heed;

namespace {

double reference(ActivationFunction function, double x) {
  const auto sigmoid = [](double t) { return 1 / (1 + std::exp(-t)); };
  switch (function) {
    case ActivationFunction::kRelu:
      return x > 0 ? x : 0;
    case ActivationFunction::kReluSquared:
      return x > 0 ? x * x : 0;
    case ActivationFunction::kGelu:
      return x / 2 * std::erfc(-x / std::numbers::sqrt2);
    case ActivationFunction::kGeluTanh:
      return x / 2 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case ActivationFunction::kQuickGelu:
      return x * sigmoid(1.702 * x);
    case ActivationFunction::kSilu:
      return x * sigmoid(x);
    case ActivationFunction::kSigmoid:
      return sigmoid(x);
    case ActivationFunction::kTanh:
      return std::tanh(x);
    default:
      return x;
  }
}

std::vector<float> numbers() {
  RandomState random(7);
  std::vector<float> x{0, 1e-8F, -1e-8F, 20, -20, 100, -100};
  for (int i = 0; i < 1000; ++i) x.push_back(static_cast<float>(3 * random.normal()));
  return x;
}

}  // namespace

TEST_CASE("activation functions match their formulas in float64", "[ops]") {
  using enum ActivationFunction;
  const std::vector<float> x = numbers();
  for (const ActivationFunction function :
       {kIdentity, kRelu, kReluSquared, kGelu, kGeluTanh, kQuickGelu, kSilu, kSigmoid, kTanh}) {
    CAPTURE(static_cast<int>(function));
    std::vector<float> y = x;
    activate(function, y);
    double worst = 0;
    // Errors are of the order of float32's 6e-8 times the largest factor, x itself.
    for (std::size_t i = 0; i < x.size(); ++i)
      worst = std::max(worst, std::abs(y[i] - reference(function, x[i])) / std::max(1.0, std::abs(double{x[i]})));
    CHECK(worst < 1e-6);
  }
}

TEST_CASE("a gate is the activation times what it lets through", "[ops]") {
  using enum ActivationFunction;
  const std::vector<float> x = numbers();
  std::vector<float> up(x.rbegin(), x.rend());
  for (const ActivationFunction function : {kRelu, kGelu, kGeluTanh, kSilu}) {
    std::vector<float> expected = x;
    activate(function, expected);
    std::vector<float> y = x;
    activate_gate(function, y, up);
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK(std::abs(y[i] - expected[i] * up[i]) <= 2e-6F * std::abs(x[i] * up[i]));
  }
}

TEST_CASE("an activation of NaN is NaN, and numbers beside it are as without", "[ops]") {
  using enum ActivationFunction;
  for (const ActivationFunction function :
       {kIdentity, kRelu, kReluSquared, kGelu, kGeluTanh, kQuickGelu, kSilu, kSigmoid, kTanh}) {
    CAPTURE(static_cast<int>(function));
    std::vector<float> y = numbers();
    y[10] = std::numeric_limits<float>::quiet_NaN();
    activate(function, y);
    std::vector<float> expected = numbers();
    activate(function, expected);
    for (std::size_t i = 0; i < y.size(); ++i)
      CHECK(
          (i == 10 ? std::isnan(y[i]) : std::abs(y[i] - expected[i]) <= 1e-6F * std::max(1.0F, std::abs(expected[i]))));
  }
}

TEST_CASE("activation functions have the names that configurations use", "[ops]") {
  CHECK(activation_function("gelu") == ActivationFunction::kGelu);
  CHECK(activation_function("gelu_new") == ActivationFunction::kGeluTanh);
  CHECK(activation_function("gelu_pytorch_tanh") == ActivationFunction::kGeluTanh);
  CHECK(activation_function("silu") == activation_function("swish"));
  CHECK_FALSE(activation_function("mish").has_value());
  CHECK_FALSE(activation_function("").has_value());
}
