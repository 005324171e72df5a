#include "heed/attention/metrics/head_metrics.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "../support/close_to.h"
#include "../support/fixture.h"
#include "../support/random_tensor.h"
#include "heed/attention/attention.h"

using namespace heed;
using namespace heed::test;

namespace {

constexpr Index kLength = 6;

/// One head over kLength tokens whose query i spreads evenly over the keys [first(i), last(i)] that it sees.
HeadMetrics even(const std::function<Index(Index)>& first, const std::function<Index(Index)>& last) {
  Tensor<double> weights({1, 1, kLength, kLength});
  Tensor<double> visible({1, 1, kLength, 1});
  for (Index i = 0; i < kLength; ++i) {
    const Index count = last(i) - first(i) + 1;
    visible.data[static_cast<std::size_t>(i)] = static_cast<double>(count);
    for (Index j = first(i); j <= last(i); ++j)
      weights.data[static_cast<std::size_t>(i * kLength + j)] = 1 / static_cast<double>(count);
  }
  return head_metrics<double>(weights, visible).at(0);
}

}  // namespace

TEST_CASE("Metrics of heads with a window, a cache and a masked row agree with NumPy", "[head metrics]") {
  const Tensor<double> weights({2, 5, 4, 7}, fixture("heads.txt", "weights"));
  const Tensor<double> visible({2, 5, 4, 1}, fixture("heads.txt", "visible_keys"));
  const auto metrics = head_metrics<double>(weights, visible, 2);
  const auto agrees = [&](const char* name, double HeadMetrics::* member) {
    std::vector<double> values;
    for (const HeadMetrics& head : metrics) values.push_back(head.*member);
    // Sums of about ten doubles near 1.
    CHECK_THAT(values, close_to(fixture("heads.txt", name), 1e-14));
  };
  agrees("previous_token", &HeadMetrics::previous_token);
  agrees("first_token", &HeadMetrics::first_token);
  agrees("self", &HeadMetrics::self);
  agrees("mean_distance", &HeadMetrics::mean_distance);
  agrees("local", &HeadMetrics::local);
  agrees("entropy", &HeadMetrics::entropy);
}

TEST_CASE("Heads that look at one key each", "[head metrics]") {
  const auto self = [](Index i) { return i; };
  const auto previous = [](Index i) { return std::max<Index>(0, i - 1); };
  const auto first = [](Index) { return Index{0}; };
  CHECK(even(self, self).self == 1);
  CHECK(even(self, self).mean_distance == 0);
  CHECK(even(previous, previous).previous_token == 1);
  CHECK(even(previous, previous).mean_distance == 5.0 / 6);
  CHECK(even(first, first).first_token == 1);
  CHECK(even(first, first).mean_distance == 2.5);
  // Nothing to choose from, so that no query counts.
  CHECK(even(first, first).entropy == 0);
}

TEST_CASE("An even share of a window has the normalised entropy 1, however many keys it sees", "[head metrics]") {
  const HeadMetrics window =
      even([](Index i) { return std::max<Index>(0, i - 1); }, [](Index i) { return std::min(kLength - 1, i + 2); });
  CHECK(std::abs(window.entropy - 1) < 1e-15);
  CHECK(window.local == 1);
  CHECK(window.self == (1 / 3.0 + 3 / 4.0 + 1 / 3.0 + 1 / 2.0) / 6);
}

TEST_CASE("Metrics of attention under any mask are shares and lie within bounds", "[head metrics]") {
  RandomState random(8);
  for (int trial = 0; trial < 20; ++trial) {
    const Index queries = random_index(random, 1, 9), keys = random_index(random, 1, 9);
    Tensor<std::uint8_t> mask({1, 1, queries, keys});
    for (std::uint8_t& open : mask.data) open = random.uniform() < 0.5;
    AttentionOptions<float> options;
    options.mask = mask;
    options.weights = true;
    const auto result = attention(random_tensor(random, {2, 3, queries, 4}), random_tensor(random, {2, 3, keys, 4}),
                                  random_tensor(random, {2, 3, keys, 4}), options);
    const auto metrics = head_metrics<float>(result.weights, result.visible_keys);
    REQUIRE(metrics.size() == 3);
    for (const HeadMetrics& head : metrics) {
      // Rows of float32 weights add up to 1 within a few units in the last place.
      for (const double share : {head.previous_token, head.first_token, head.self, head.local, head.entropy})
        CHECK((share >= 0 && share <= 1 + 1e-6));
      CHECK((head.mean_distance >= 0 && head.mean_distance <= static_cast<double>(std::max(queries, keys))));
    }
  }
}

TEST_CASE("Nothing visible anywhere has metrics of 0; NaN stays", "[head metrics]") {
  Tensor<float> weights({1, 1, 2, 2});
  Tensor<float> visible({1, 1, 2, 1});
  const HeadMetrics nothing = head_metrics<float>(weights, visible).at(0);
  CHECK((nothing.mean_distance == 0 && nothing.entropy == 0 && nothing.self == 0));
  constexpr Index kMost = std::numeric_limits<Index>::max();
  CHECK(head_metrics<float>(Tensor<float>({kMost, 1, 0, 2}), Tensor<float>({kMost, 1, 0, 1})).at(0).entropy == 0);
  weights.data[0] = std::numeric_limits<float>::quiet_NaN();
  visible.data[0] = 2;
  const HeadMetrics broken = head_metrics<float>(weights, visible).at(0);
  CHECK(std::isnan(broken.entropy));
  CHECK(std::isnan(broken.self));
}

TEST_CASE("Queries at the ends of all positions have metrics", "[head metrics]") {
  const Tensor<float> weights({1, 1, 2, 3}, std::vector<float>{1, 0, 0, 0, 0, 1});
  const Tensor<float> visible({1, 1, 2, 1}, std::vector<float>{3, 3});
  for (const Index offset : {std::numeric_limits<Index>::max(), std::numeric_limits<Index>::min()}) {
    const HeadMetrics metrics = head_metrics<float>(weights, visible, offset).at(0);
    CHECK(metrics.self == 0);
    CHECK(metrics.local == 0);
    CHECK(metrics.mean_distance > 2e9);
  }
}

TEST_CASE("Metrics of shapes that do not fit are refused", "[head metrics]") {
  CHECK_THROWS_WITH(head_metrics<float>(Tensor<float>({1, 2, 3, 4}), Tensor<float>({1, 1, 3, 1})),
                    "visible_keys has shape (1, 1, 3, 1) but the weights have shape (1, 2, 3, 4)");
}
