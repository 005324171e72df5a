#pragma once

#include <cmath>
#include <functional>
#include <span>
#include <vector>

namespace heed::test {

/// ∂loss/∂x by fourth-order central differences, one number of x at a time. In double precision with this step, the error
/// of smooth functions of size 1 is about 1e-12 in truncation (step⁴) and 1e-12 in rounding (1e-16 / step).
inline std::vector<double> finite_differences(std::span<double> x, const std::function<double()>& loss) {
  constexpr double kStep = 1e-3;
  std::vector<double> gradient;
  for (double& number : x) {
    const double there = number;
    const auto at = [&](double offset) {
      number = there + offset;
      return loss();
    };
    gradient.push_back((8 * (at(kStep) - at(-kStep)) - (at(2 * kStep) - at(-2 * kStep))) / (12 * kStep));
    number = there;
  }
  return gradient;
}

/// The largest difference as a share of the largest number: gradients are as accurate as their largest part allows.
inline double relative_difference(std::span<const double> actual, std::span<const double> expected) {
  double largest = 0;
  double difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    const double one = std::abs(actual[i] - expected[i]);
    difference = one <= difference ? difference : one;  // NaN counts
  }
  return difference == 0 ? 0 : difference / std::max(largest, 1e-3);
}

}  // namespace heed::test
