#pragma once

#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers_templated.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace heed::test {

/// Matches numbers that each lie within `tolerance` of the expected ones; equal infinities and NaN with NaN agree. Says
/// where the largest difference is.
template <typename Expected>
class CloseTo : public Catch::Matchers::MatcherGenericBase {
 public:
  CloseTo(const Expected& expected, double tolerance) : expected_(expected), tolerance_(tolerance) {}

  template <typename Actual>
  bool match(const Actual& actual) const {
    if (actual.size() != expected_.size()) {
      why_ = "has " + std::to_string(expected_.size()) + " numbers";
      return false;
    }
    double worst = -1;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const double a = static_cast<double>(actual[i]);
      const double e = static_cast<double>(expected_[i]);
      if (a == e || (std::isnan(a) && std::isnan(e))) continue;
      const double difference = std::isfinite(a - e) ? std::abs(a - e) : INFINITY;
      if (difference <= worst) continue;
      worst = difference;
      why_ = "is within " + Catch::Detail::stringify(tolerance_) + "; at " + std::to_string(i) + " there is " +
             Catch::Detail::stringify(a) + " for " + Catch::Detail::stringify(e);
    }
    return worst <= tolerance_;
  }

  std::string describe() const override { return why_; }

 private:
  const Expected& expected_;
  double tolerance_;
  mutable std::string why_;
};

template <typename Expected>
CloseTo<Expected> close_to(const Expected& expected, double tolerance) {
  return {expected, tolerance};
}

}  // namespace heed::test
