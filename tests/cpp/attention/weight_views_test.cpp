#include "heed/attention/metrics/weight_views.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/ops/softmax.h"

using namespace heed;
using namespace heed::test;
using Catch::Matchers::WithinAbs;

namespace {

/// e^x / Σ e^x of logits 0, 1, 2, and −Σ p ln p, evaluated apart from here in double precision.
const std::vector<double> kRest{0, 0.09003057317038046, 0.24472847105479767, 0.6652409557748219};
constexpr double kRestEntropy = 0.8323955818399389;

}  // namespace

TEST_CASE("Without a sink of any strength the rest is the softmax of the other logits", "[weight_views]") {
  // Where the sink is e¹⁶, float weights leave 1 − A_i0 only two digits.
  for (const float sink : {0.0f, 4.0f, 16.0f, 40.0f, 80.0f}) {
    std::vector<float> row{sink, 0, 1, 2};
    softmax(std::span<float>(row));
    const Tensor<float> weights({1, 1, 1, 4}, row);
    const auto rest = without_first_key<float>(weights, Tensor<float>({1, 1, 1, 1}, {4}));
    // Each weight was rounded once, relative to itself, and the quotient once more.
    CHECK_THAT(rest.weights.data, close_to(kRest, 3e-7));
    CHECK_THAT(std::accumulate(rest.weights.data.begin(), rest.weights.data.end(), 0.0), WithinAbs(1, 2e-7));
    CHECK_THAT(rest.entropy.data[0], WithinAbs(kRestEntropy, 6e-7));
    CHECK(rest.visible_keys.data[0] == 3);
  }
}

TEMPLATE_TEST_CASE("Every row adds up to 1 without its sink, of all heads", "[weight_views]", float, double) {
  RandomState random(3);
  auto weights = random_tensor<TestType>(random, {2, 2, 9, 13});
  Tensor<TestType> visible({2, 2, 9, 1});
  for (std::size_t i = 0; i < visible.data.size(); ++i) {
    const std::span row(weights.data.data() + 13 * i, 13);
    row[0] += TestType(12);  // a strong sink
    softmax(row);
    visible.data[i] = 13;
  }
  const auto rest = without_first_key<TestType>(weights, visible);
  const double tolerance = 4 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  for (std::size_t i = 0; i < visible.data.size(); ++i) {
    const auto row = rest.weights.data.begin() + static_cast<std::ptrdiff_t>(13 * i);
    CHECK(row[0] == 0);
    CHECK_THAT(std::accumulate(row, row + 13, 0.0), WithinAbs(1, tolerance));
    double nats = 0;
    for (int j = 1; j < 13; ++j) nats -= static_cast<double>(row[j]) * std::log(static_cast<double>(row[j]));
    CHECK_THAT(static_cast<double>(rest.entropy.data[i]), WithinAbs(nats, 8 * tolerance));
  }
}

TEST_CASE("A row that gives all to the first key is empty without it; NaN stays", "[weight_views]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor<float> weights({1, 1, 3, 3}, {1, 0, 0, 0, 0, 0, 0.5f, nan, 0.25f});
  const auto rest = without_first_key<float>(weights, Tensor<float>({1, 1, 3, 1}, {1, 0, 3}));
  CHECK(std::vector(rest.weights.data.begin(), rest.weights.data.begin() + 7) == std::vector<float>(7, 0));
  CHECK(rest.entropy.data[0] == 0);
  CHECK(rest.entropy.data[1] == 0);
  CHECK(std::isnan(rest.entropy.data[2]));
  CHECK(std::isnan(rest.weights.data[7]));
  CHECK(std::isnan(rest.weights.data[8]));
  CHECK(rest.visible_keys.data == std::vector<float>{0, 0, 2});
  CHECK_THROWS_WITH(without_first_key<float>(weights, Tensor<float>({1, 1, 2, 1})),
                    "visible_keys has shape (1, 1, 2, 1) but the weights have shape (1, 1, 3, 3)");
}

TEST_CASE("The largest share of the visible weights", "[weight_views]") {
  const Tensor<float> weights({1, 1, 3, 3}, {1, 0, 0, 0.5f, 0.5f, 0, 0.5f, 0.125f, 0.375f});
  const Tensor<float> visible({1, 1, 3, 1}, {1, 2, 3});
  const auto of = [&](double share) { return largest_weights<float>(weights, visible, share).data; };
  // Half of six are three; the fourth equals the third.
  CHECK(of(0.5) == std::vector<float>{1, 0, 0, 0.5f, 0.5f, 0, 0.5f, 0, 0});
  CHECK(of(1) == weights.data);
  CHECK(of(0.01) == std::vector<float>{1, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(of(0) == of(0.01));
  for (const double share : {-0.1, 1.1, std::nan("")}) CHECK_THROWS_AS(of(share), std::invalid_argument);
  CHECK_THROWS_AS(largest_weights<float>(weights, Tensor<float>({1, 1, 3, 3}), 1), std::invalid_argument);
  CHECK(largest_weights<float>(Tensor<float>({1, 1, 0, 0}), Tensor<float>({1, 1, 0, 1}), 1).data.empty());
}

TEST_CASE("A number of visible keys that there cannot be is refused", "[weight_views]") {
  const Tensor<float> weights({1, 1, 1, 2}, {0.5f, 0.5f});
  const auto message = [](const char* count) {
    return std::string("a query sees ") + count + " keys; it must be from 0 to the 2 there are";
  };
  for (const auto& [count, text] : {std::pair{std::nanf(""), "nan"}, {INFINITY, "inf"}, {-1.0f, "-1"}, {3.0f, "3"}}) {
    const Tensor<float> visible({1, 1, 1, 1}, {count});
    CHECK_THROWS_WITH(largest_weights<float>(weights, visible, 0), message(text));
    CHECK_THROWS_WITH(without_first_key<float>(weights, visible), message(text));
  }
}

TEST_CASE("A NaN among the largest stays, and is not compared with", "[weight_views]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor<float> weights({1, 1, 2, 2}, {0.25f, nan, 0.75f, 0.5f});
  const auto largest = largest_weights<float>(weights, Tensor<float>({1, 1, 2, 1}, {2, 2}), 0.5).data;
  CHECK(std::isnan(largest[1]));
  CHECK(largest[0] == 0);
  CHECK(largest[2] == 0.75f);
  CHECK(largest[3] == 0);
}

TEST_CASE("What keys get from several queries together", "[weight_views]") {
  const Tensor<float> weights({1, 1, 3, 3}, {1, 0, 0, 0.5f, 0.5f, 0, 0.5f, 0.125f, 0.375f});
  const auto from = [&](std::vector<std::int32_t> queries) { return received_from<float>(weights, queries).data; };
  CHECK(from({1, 2}) == std::vector<float>{1, 0.625f, 0.375f});
  CHECK(from({}) == std::vector<float>{0, 0, 0});
  CHECK(from({0, 0}) == std::vector<float>{2, 0, 0});
  CHECK_THROWS_WITH(from({3}), "there is no query 3 among 3");
  CHECK_THROWS_WITH(from({-1}), "there is no query -1 among 3");
  CHECK_THROWS_AS(received_from<float>(Tensor<float>({1, 2, 1, 1}), {}), std::invalid_argument);
}
