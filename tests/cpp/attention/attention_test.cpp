#include "heed/attention/attention.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <functional>
#include <limits>
#include <string>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "../support/reference_attention.h"

using namespace heed;
using heed::test::close_to;
using heed::test::random_index;
using heed::test::random_tensor;
using heed::test::reference_attention;

namespace {

constexpr double kHidden = -std::numeric_limits<double>::infinity();

/// A random problem; options are switched on one by one.
struct Problem {
  explicit Problem(std::uint32_t seed, double size = 1) : random(seed) {
    const Index kv_heads = random_index(random, 1, 2);
    const Index keys = random_index(random, 1, 300);
    const Index d_k = random_index(random, 1, 70);
    shape = {random_index(random, 1, 2), kv_heads, random_index(random, 1, 300), keys};
    query = random_tensor(random, {shape.batch, kv_heads, shape.length, d_k}, size);
    key = random_tensor(random, {shape.batch, kv_heads, keys, d_k}, size);
    value = random_tensor(random, {shape.batch, kv_heads, keys, random_index(random, 1, 70)});
  }

  RandomState random;
  Shape shape;  ///< (batch, heads, queries, keys)
  Tensor<float> query;
  Tensor<float> key;
  Tensor<float> value;
  Tensor<std::uint8_t> mask;
  Tensor<float> bias;
  AttentionOptions<float> options;
};

Shape broadcast_some(RandomState& random, Shape shape) {
  for (Index* axis : {&shape.batch, &shape.heads, &shape.length, &shape.dim})
    if (random.uniform() < 0.3) *axis = 1;
  return shape;
}

const std::vector<std::pair<std::string, std::function<void(Problem&)>>> kOptions{
    {"nothing", [](Problem&) {}},
    {"scale", [](Problem& p) { p.options.scale = 0.3; }},
    {"temperature", [](Problem& p) { p.options.temperature = 2.5; }},
    {"softcap", [](Problem& p) { p.options.softcap = 1.5; }},
    {"mask",
     [](Problem& p) {
       p.mask = Tensor<std::uint8_t>(broadcast_some(p.random, p.shape));
       for (auto& seen : p.mask.data) seen = p.random.uniform() < 0.7 ? 1 : 0;
       p.options.mask = p.mask;
     }},
    {"bias",
     [](Problem& p) {
       p.bias = random_tensor(p.random, broadcast_some(p.random, p.shape));
       for (float& added : p.bias.data)
         if (p.random.uniform() < 0.1) added = static_cast<float>(kHidden);
       p.options.bias = p.bias;
     }},
    {"causal", [](Problem& p) { p.options.causal = true; }},
    {"left window", [](Problem& p) { p.options.window_left = random_index(p.random, 0, 40); }},
    {"right window", [](Problem& p) { p.options.window_right = random_index(p.random, 0, 40); }},
    {"query offset", [](Problem& p) { p.options.query_offset = random_index(p.random, -20, 60); }},
    {"key lengths",
     [](Problem& p) {
       for (Index b = 0; b < p.shape.batch; ++b)
         p.options.key_lengths.push_back(random_index(p.random, 0, p.shape.dim));
     }},
    {"grouped queries",
     [](Problem& p) {
       p.shape.heads *= 3;
       p.query = random_tensor(p.random, {p.shape.batch, p.shape.heads, p.shape.length, p.query.shape.dim});
     }},
};

double largest_error(const std::vector<float>& actual, const std::vector<double>& reference) {
  double worst = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double a = static_cast<double>(actual[i]);
    if (a != reference[i])
      worst = std::max(worst, std::isfinite(a - reference[i]) ? std::abs(a - reference[i]) : INFINITY);
  }
  return worst;
}

double largest_size(const std::vector<double>& numbers) {
  double largest = 0;
  for (const double number : numbers)
    if (std::isfinite(number)) largest = std::max(largest, std::abs(number));
  return largest;
}

/// The contract: an error at most twice that of a plain float evaluation. Where the plain one is lucky (few numbers),
/// twice what follows from rounding every logit once is allowed: a relative u (1 + |s|) of each weight, u half a unit
/// in the last place.
void check_error(const char* what, const Tensor<float>& actual, const Tensor<float>& plain,
                 const Tensor<double>& reference, double largest_logit) {
  REQUIRE(actual.shape == reference.shape);
  constexpr double kUnit = 0.5 * std::numeric_limits<float>::epsilon();
  const double rounding = kUnit * (1 + largest_logit) * largest_size(reference.data);
  const double plain_error = largest_error(plain.data, reference.data);
  INFO(what << ": " << largest_error(actual.data, reference.data) << ", plain float " << plain_error << ", rounding "
            << rounding);
  CHECK(largest_error(actual.data, reference.data) <= 2 * std::max(plain_error, rounding));
}

void check_both_ways(const Problem& problem) {
  const auto& [random, shape, query, key, value, mask, bias, options] = problem;
  const auto reference = reference_attention<double>(query, key, value, options);
  const auto plain = reference_attention<float>(query, key, value, options);
  const double size = largest_size(reference.logits.data);
  for (const bool weights : {false, true}) {
    AttentionOptions<float> chosen = options;
    chosen.weights = chosen.logits = weights;
    const auto result = attention(query, key, value, chosen);
    INFO((weights ? "explicit" : "streaming")
         << ", Q " << message({query.shape}) << ", K " << message({key.shape}) << ", V " << message({value.shape}));
    check_error("output", result.output, plain.output, reference.output, size);
    check_error("log-sum-exp", result.log_sum_exp, plain.log_sum_exp, reference.log_sum_exp, size);
    check_error("entropy", result.entropy, plain.entropy, reference.entropy, size);
    CHECK_THAT(result.visible_keys.data, close_to(reference.visible_keys.data, 0));
    if (!weights) {
      CHECK(result.weights.data.empty());
      continue;
    }
    check_error("weights", result.weights, plain.weights, reference.weights, size);
    check_error("logits", result.logits, plain.logits, reference.logits, size);
  }
}

}  // namespace

TEST_CASE("Attention agrees with a float64 reference for every option alone and in pairs", "[attention]") {
  const std::size_t first = GENERATE(range(std::size_t{0}, kOptions.size()));
  for (std::size_t second = first; second < kOptions.size(); ++second) {
    Problem problem(static_cast<std::uint32_t>(1000 * first + second));
    kOptions[second].second(problem);  // the last of all sets the heads, from which masks take their shape
    if (first != second) kOptions[first].second(problem);
    INFO(kOptions[first].first << " and " << kOptions[second].first);
    check_both_ways(problem);
  }
}

TEST_CASE("Attention agrees with a float64 reference for logits of ±10⁴", "[attention]") {
  const std::size_t option = GENERATE(range(std::size_t{0}, kOptions.size()));
  Problem problem(static_cast<std::uint32_t>(77 + option), 1);
  kOptions[option].second(problem);
  double largest = 0;
  AttentionOptions<float> plain;
  plain.weights = plain.logits = true;
  for (const float logit : attention(problem.query, problem.key, problem.value, plain).logits.data)
    largest = std::max(largest, static_cast<double>(std::abs(logit)));
  for (float& number : problem.query.data) number *= static_cast<float>(1e4 / largest);
  INFO(kOptions[option].first);
  check_both_ways(problem);
}

TEST_CASE("Attention in double precision keeps double precision", "[attention]") {
  RandomState random(5);
  const auto query = random_tensor<double>(random, {1, 2, 33, 16});
  const auto key = random_tensor<double>(random, {1, 2, 200, 16});
  const auto value = random_tensor<double>(random, {1, 2, 200, 9});
  AttentionOptions<double> options;
  options.weights = GENERATE(false, true);
  const auto result = attention(query, key, value, options);
  const auto reference = reference_attention<double>(query, key, value, options);
  // A few hundred roundings of numbers near 1.
  CHECK_THAT(result.output.data, close_to(reference.output.data, 1e-14));
  CHECK_THAT(result.entropy.data, close_to(reference.entropy.data, 1e-14));
  CHECK_THAT(result.log_sum_exp.data, close_to(reference.log_sum_exp.data, 1e-14));
}

TEST_CASE("Rows of weights sum to 1 and entropies lie between 0 and ln(visible keys)", "[attention]") {
  Problem problem(11);
  kOptions[4].second(problem);
  kOptions[6].second(problem);
  problem.options.weights = true;
  const auto result = attention(problem.query, problem.key, problem.value, problem.options);
  const auto keys = static_cast<std::size_t>(problem.shape.dim);
  for (std::size_t row = 0; row < result.entropy.data.size(); ++row) {
    double sum = 0;
    for (std::size_t j = 0; j < keys; ++j) sum += static_cast<double>(result.weights.data[row * keys + j]);
    const float visible = result.visible_keys.data[row];
    CHECK(std::abs(sum - (visible > 0 ? 1 : 0)) < 1e-5);
    CHECK(result.entropy.data[row] >= 0);
    CHECK(result.entropy.data[row] <= (visible > 0 ? std::log(visible) : 0) + 1e-5f);
  }
}

TEST_CASE("Blocks of weights are recomputed from the log-sum-exp", "[attention]") {
  const std::size_t option = GENERATE(range(std::size_t{0}, kOptions.size()));
  Problem problem(static_cast<std::uint32_t>(300 + option));
  kOptions[option].second(problem);
  problem.options.weights = true;
  const auto result = attention(problem.query, problem.key, problem.value, problem.options);
  for (int repeat = 0; repeat < 5; ++repeat) {
    RandomState& random = problem.random;
    WeightsBlock block{.batch = random_index(random, 0, problem.shape.batch - 1),
                       .head = random_index(random, 0, problem.shape.heads - 1),
                       .row = random_index(random, 0, problem.shape.length),
                       .column = random_index(random, 0, problem.shape.dim)};
    block.rows = random_index(random, 0, problem.shape.length - block.row);
    block.columns = random_index(random, 0, problem.shape.dim - block.column);
    const auto weights =
        attention_weights<float>(problem.query, problem.key, result.log_sum_exp, block, problem.options);
    std::vector<float> expected;
    for (Index i = block.row; i < block.row + block.rows; ++i) {
      const float* row = result.weights.head(block.batch, block.head) + i * problem.shape.dim + block.column;
      expected.insert(expected.end(), row, row + block.columns);
    }
    // exp(s − lse) carries the rounding of s and lse, a few units in the last place of numbers below 32.
    CHECK_THAT(weights.data, close_to(expected, 8e-6));
  }
}
