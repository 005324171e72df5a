#include "explain/attention_steps.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "../support/close_to.h"
#include "../support/reference_attention.h"
#include "explain/worked_example.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;
using heed::test::close_to;

namespace {

// float32 numbers up to 20 or so: sums of eight differ in the last places by the order in which they are added.
constexpr double kTolerance = 2e-5;

/// Sums over the last axis.
std::vector<float> summed(const Tensor<float>& tensor) {
  std::vector<float> sums;
  for (auto at = tensor.data.begin(); at != tensor.data.end(); at += tensor.shape.dim)
    sums.push_back(std::accumulate(at, at + tensor.shape.dim, 0.0F));
  return sums;
}

}  // namespace

TEST_CASE("Each step follows from the one before, and all of them are attention", "[steps]") {
  const bool causal = GENERATE(false, true);
  const double temperature = GENERATE(1.0, 0.25, 8.0);
  const Index dim = GENERATE(2, 5, 8);
  const auto [query, key, value] = make_worked_example({.tokens = 6, .dim = dim, .seed = 3});
  const auto steps = attention_steps(query, key, value, causal, temperature);

  CHECK_THAT(steps.scores.data, close_to(summed(steps.products), kTolerance));
  std::vector<double> scaled;
  std::vector<double> masked;
  for (std::size_t i = 0; i < steps.scores.data.size(); ++i) {
    scaled.push_back(steps.scores.data[i] / (std::sqrt(static_cast<double>(dim)) * temperature));
    const bool hidden = causal && i % 6 > i / 6;
    masked.push_back(hidden ? -std::numeric_limits<double>::infinity() : static_cast<double>(steps.scaled.data[i]));
  }
  CHECK_THAT(steps.scaled.data, close_to(scaled, kTolerance));
  CHECK_THAT(steps.masked.data, close_to(masked, 0));
  CHECK_THAT(steps.sums.data, close_to(summed(steps.exponentials), 0));
  std::vector<double> weights;
  std::vector<double> output(steps.output.data.size());
  for (std::size_t i = 0; i < steps.exponentials.data.size(); ++i)
    weights.push_back(steps.exponentials.data[i] / static_cast<double>(steps.sums.data[i / 6]));
  CHECK_THAT(steps.weights.data, close_to(weights, 1e-6));
  for (std::size_t i = 0; i < steps.shares.data.size(); ++i) {
    const auto columns = static_cast<std::size_t>(dim);
    output[i / (6 * columns) * columns + i % columns] += steps.shares.data[i];
  }
  CHECK_THAT(steps.output.data, close_to(output, 1e-5));

  AttentionOptions<float> options;
  options.temperature = temperature;
  options.causal = causal;
  const auto reference = test::reference_attention<double>(query, key, value, options);
  CHECK_THAT(steps.weights.data, close_to(reference.weights.data, 1e-5));
  CHECK_THAT(steps.output.data, close_to(reference.output.data, 1e-5));
}

TEST_CASE("The largest logit of a row is 1 of its sum, however large it is", "[steps]") {
  const auto [query, key, value] = make_worked_example({.tokens = 4, .dim = 3, .seed = 5});
  const auto steps = attention_steps(query, key, value, false, 1e-4);
  for (std::size_t row = 0; row < 4; ++row) {
    const auto begin = steps.exponentials.data.begin() + static_cast<Index>(row) * 4;
    CHECK(*std::max_element(begin, begin + 4) == 1.0F);
    CHECK(steps.sums.data[row] >= 1);
    CHECK(steps.sums.data[row] <= 4);
  }
}

TEST_CASE("The worked example is NumPy's, rounded to tenths", "[steps]") {
  // np.random.seed(1); np.round(np.random.randn(…), 1): 1.62434536, −0.61175641, −0.52817175, −1.07296862, 0.86540763,
  // −2.3015387, 1.74481176, −0.7612069, 0.3190391, −0.24937038, 1.46210794, −2.06014071, …
  const auto [query, key, value] = make_worked_example({.tokens = 2, .dim = 2, .seed = 1});
  CHECK_THAT(query.data, close_to(std::vector{1.6, -0.6, -0.5, -1.1}, 1e-7));
  CHECK_THAT(key.data, close_to(std::vector{0.9, -2.3, 1.7, -0.8}, 1e-6));
  CHECK_THAT(value.data, close_to(std::vector{0.3, -0.2, 1.5, -2.1}, 1e-6));
}

TEST_CASE("Steps and examples that cannot be are refused", "[steps]") {
  CHECK_THROWS_MATCHES(make_worked_example({.tokens = 0}), std::invalid_argument,
                       Message("there are 0 tokens; there must be at least 1"));
  CHECK_THROWS_MATCHES(make_worked_example({.dim = 0}), std::invalid_argument,
                       Message("dim is 0; it must be at least 1"));
  const auto [query, key, value] = make_worked_example();
  CHECK_THROWS_MATCHES(attention_steps(query, key, value, false, 0), std::invalid_argument,
                       MessageMatches(ContainsSubstring("temperature is 0")));
  const Tensor<float> two({1, 2, 5, 4});
  CHECK_THROWS_MATCHES(attention_steps(two, two, two, false, 1), std::invalid_argument,
                       Message("Q has shape (1, 2, 5, 4); steps show one head"));
  const auto other = make_worked_example({.tokens = 3}).value;
  CHECK_THROWS_MATCHES(attention_steps(query, key, other, false, 1), std::invalid_argument,
                       Message("K has 5 rows but V has 3"));
}
