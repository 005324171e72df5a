#include "heed/attention/metrics/weight_statistics.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <vector>

using namespace heed;

namespace {

WeightStatistics of(const std::vector<float>& weights, const std::vector<float>& entropies) {
  return weight_statistics(std::span<const float>(weights), std::span<const float>(entropies));
}

}  // namespace

TEST_CASE("Statistics of a small map", "[statistics]") {
  const auto statistics = of({0.5f, 0.25f, 0.25f, 1, 0, 0}, {1.5f, 0});
  CHECK(statistics.mean == 2.0 / 6);
  CHECK(statistics.largest == 1);
  CHECK(statistics.smallest == 0);
  CHECK(statistics.mean_entropy == 0.75);
}

TEST_CASE("Statistics of nothing are 0, and of NaN are NaN", "[statistics]") {
  CHECK(of({}, {}).largest == 0);
  const auto statistics = of({0.5f, std::numeric_limits<float>::quiet_NaN()}, {});
  CHECK(statistics.mean != statistics.mean);
  CHECK(statistics.largest != statistics.largest);
  CHECK(statistics.smallest != statistics.smallest);
}

TEST_CASE("The mean of many weights does not drift", "[statistics]") {
  // Summed in float, 2²⁴ is where adding 1 stops counting.
  const std::vector<float> weights((1u << 24) + 1000, 1.0f);
  CHECK(of(weights, {}).mean == 1);
}
