#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace heed {

/// What a feed-forward layer applies to each number.
enum class ActivationFunction : std::uint8_t {
  kIdentity,
  kRelu,
  kReluSquared,
  kGelu,       ///< x · Φ(x) = x/2 · (1 + erf(x/√2))
  kGeluTanh,   ///< x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))
  kQuickGelu,  ///< x · σ(1.702 x)
  kSilu,       ///< x · σ(x)
  kSigmoid,
  kTanh,
};

/// The function that transformers calls `name` ("gelu_new", "silu", …); nothing where there is none of that name here.
[[nodiscard]] std::optional<ActivationFunction> activation_function(std::string_view name);

/// x becomes f(x).
void activate(ActivationFunction function, std::span<float> x);

/// gate becomes f(gate) · up.
void activate_gate(ActivationFunction function, std::span<float> gate, std::span<const float> up);

}  // namespace heed
