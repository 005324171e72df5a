#include "heed/ops/activations/activation_function.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <unsupported/Eigen/SpecialFunctions>
#include <utility>

#include "heed/ops/activations/exponential.h"
#include "heed/ops/activations/gelu.h"
#include "heed/ops/activations/swiglu.h"

namespace heed {
namespace {

using Values = Eigen::Map<Eigen::ArrayXf>;

/// x = x · sigmoid(factor · x), by pieces that stay in the cache.
void multiply_by_sigmoid(std::span<float> x, float factor) {
  std::array<float, 256> buffer;
  while (!x.empty()) {
    const auto piece = x.first(std::min(x.size(), buffer.size()));
    const auto gate = std::span(buffer).first(piece.size());
    std::ranges::transform(piece, gate.begin(), [&](float value) { return factor * value; });
    sigmoid(gate, gate);
    std::ranges::transform(piece, gate, piece.begin(), std::multiplies<>());
    x = x.subspan(piece.size());
  }
}

}  // namespace

std::optional<ActivationFunction> activation_function(std::string_view name) {
  using enum ActivationFunction;
  constexpr std::array<std::pair<std::string_view, ActivationFunction>, 15> names{{{"linear", kIdentity},
                                                                                   {"relu", kRelu},
                                                                                   {"relu2", kReluSquared},
                                                                                   {"gelu", kGelu},
                                                                                   {"gelu_python", kGelu},
                                                                                   {"gelu_new", kGeluTanh},
                                                                                   {"gelu_fast", kGeluTanh},
                                                                                   {"gelu_accurate", kGeluTanh},
                                                                                   {"gelu_pytorch_tanh", kGeluTanh},
                                                                                   {"gelu_python_tanh", kGeluTanh},
                                                                                   {"quick_gelu", kQuickGelu},
                                                                                   {"silu", kSilu},
                                                                                   {"swish", kSilu},
                                                                                   {"sigmoid", kSigmoid},
                                                                                   {"tanh", kTanh}}};
  const auto* found = std::ranges::find(names, name, &std::pair<std::string_view, ActivationFunction>::first);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

void activate(ActivationFunction function, std::span<float> x) {
  Values values(x.data(), std::ssize(x));
  switch (function) {
    case ActivationFunction::kIdentity:
      return;
    case ActivationFunction::kRelu:
      values = values.max<Eigen::PropagateNaN>(0.0F);
      return;
    case ActivationFunction::kReluSquared:
      values = values.max<Eigen::PropagateNaN>(0.0F).square();
      return;
    case ActivationFunction::kGelu:
      values = 0.5F * values * (1 + (values * static_cast<float>(std::numbers::sqrt2 / 2)).erf());
      return;
    case ActivationFunction::kGeluTanh:
      gelu<float>(x, x);
      return;
    case ActivationFunction::kQuickGelu:
      return multiply_by_sigmoid(x, 1.702F);
    case ActivationFunction::kSilu:
      return multiply_by_sigmoid(x, 1);
    case ActivationFunction::kSigmoid:
      return sigmoid(x, x);
    case ActivationFunction::kTanh:
      values = values.tanh();
      return;
  }
}

void activate_gate(ActivationFunction function, std::span<float> gate, std::span<const float> up) {
  if (function == ActivationFunction::kSilu) return swiglu<float>(gate, up, gate);
  activate(function, gate);
  Values(gate.data(), std::ssize(gate)) *= Eigen::Map<const Eigen::ArrayXf>(up.data(), std::ssize(up));
}

}  // namespace heed
