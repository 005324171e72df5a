#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "../support/reference_attention.h"
#include "heed/attention/attention_backward.h"
#include "heed/attention/attention_map.h"
#include "heed/attention/detail/attention_kernel_call.h"
#include "heed/kernels/dispatch.h"

// Biases of the lowest float, as Hugging Face's masks have them, and options at the ends of single precision.

using namespace heed;
using heed::test::close_to;
using heed::test::random_tensor;
using heed::test::reference_attention;

namespace {

constexpr float kLowest = std::numeric_limits<float>::lowest();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Two queries: the bias of the first is all the lowest float, that of the second too but for its last two keys.
struct Lowest {
  Index keys = 0;
  Tensor<float> query, key, value, bias;
  AttentionOptions<float> options;

  Lowest(Index count, double size) : keys(count) {
    RandomState random(3);
    query = random_tensor(random, {1, 1, 2, 4}, size);
    key = random_tensor(random, {1, 1, keys, 4}, size);
    value = random_tensor(random, {1, 1, keys, 3});
    bias = Tensor<float>({1, 1, 2, keys});
    std::fill(bias.data.begin(), bias.data.end() - 2, kLowest);
    options.bias = bias;
  }
  Lowest(const Lowest&) = delete;
  Lowest& operator=(const Lowest&) = delete;

  /// Of the values of keys [first, keys).
  [[nodiscard]] std::vector<double> mean_value(Index first) const {
    std::vector<double> mean(3);
    for (Index j = first; j < keys; ++j)
      for (std::size_t c = 0; c < 3; ++c)
        mean[c] +=
            static_cast<double>(value.head(0, 0)[j * 3 + static_cast<Index>(c)]) / static_cast<double>(keys - first);
    return mean;
  }
};

}  // namespace

TEST_CASE("A row of nothing but the lowest float is an even share, in both ways", "[attention][limits][bias]") {
  const Index keys = GENERATE(4, 128, 130, 700);
  // With queries and keys of 0, and with logits that the bias leaves no digit of. The two keys that are seen then differ.
  const double size = GENERATE(0.0, 1.0);
  const Lowest problem(keys, size);
  AttentionOptions<float> options = problem.options;
  options.weights = GENERATE(false, true);
  CAPTURE(keys, size, options.weights);
  const auto result = attention(problem.query, problem.key, problem.value, options);
  const auto part = [](const Tensor<float>& tensor, std::ptrdiff_t first, std::ptrdiff_t count) {
    return std::vector<float>(tensor.data.begin() + first, tensor.data.begin() + first + count);
  };
  CHECK_THAT(part(result.output, 0, 3), close_to(problem.mean_value(0), 1e-6));
  CHECK(std::abs(static_cast<double>(result.entropy.data[0]) - std::log(static_cast<double>(keys))) < 1e-6);
  CHECK(result.log_sum_exp.data[0] == kLowest);  // ln n is less than half of its last place
  CHECK(result.visible_keys.data[0] == static_cast<float>(keys));
  CHECK(result.visible_keys.data[1] == static_cast<float>(keys));
  if (size == 0) {
    CHECK_THAT(part(result.output, 3, 3), close_to(problem.mean_value(keys - 2), 1e-6));
    CHECK(std::abs(static_cast<double>(result.entropy.data[1]) - std::log(2.0)) < 1e-6);
    CHECK(std::abs(static_cast<double>(result.log_sum_exp.data[1]) - std::log(2.0)) < 1e-6);
  }
  if (!options.weights) return;
  for (Index j = 0; j < keys; ++j) {
    const auto at = static_cast<std::size_t>(j);
    CHECK(std::abs(static_cast<double>(result.weights.data[at]) * static_cast<double>(keys) - 1) < 1e-6);
    if (j < keys - 2) CHECK(result.weights.data[at + static_cast<std::size_t>(keys)] == 0);
  }
}

TEST_CASE("Every kernel gives a row of the lowest float an even share", "[kernels][limits][bias]") {
  const auto count = kernels::available().size();
  const kernels::KernelSet& set = kernels::available()[GENERATE_COPY(range(std::size_t{0}, count))];
  const Index keys = GENERATE(4, 130, 300);
  CAPTURE(set.name, keys);
  const Lowest problem(keys, 0);
  const auto head = resolve_head<float>(problem.query, problem.key, problem.options, 0, 0);
  AttentionHead<float> with_values = head;
  with_values.value = problem.value.data.data();
  with_values.value_dim = 3;
  std::vector<float> output(6), log_sum_exp(2), entropy(2), visible(2);
  attention_with_kernel(with_values, {output.data(), log_sum_exp.data(), entropy.data(), visible.data()}, {0, 2}, set);
  CHECK_THAT(std::vector<float>(output.begin(), output.begin() + 3), close_to(problem.mean_value(0), 1e-6));
  CHECK_THAT(std::vector<float>(output.begin() + 3, output.end()), close_to(problem.mean_value(keys - 2), 1e-6));
  CHECK_THAT(entropy, close_to(std::vector<double>{std::log(static_cast<double>(keys)), std::log(2.0)}, 1e-6));
}

TEST_CASE("In double precision the lowest number is a bias as any other", "[attention][limits][bias]") {
  constexpr double kLowestDouble = std::numeric_limits<double>::lowest();
  const Tensor<double> query({1, 1, 2, 1});
  const Tensor<double> key({1, 1, 130, 1});
  const Tensor<double> value({1, 1, 130, 1}, std::vector<double>(130, 3));
  Tensor<double> bias({1, 1, 2, 130});
  std::fill(bias.data.begin(), bias.data.end() - 2, kLowestDouble);
  AttentionOptions<double> options;
  options.bias = bias;
  options.weights = GENERATE(false, true);
  const auto result = attention(query, key, value, options);
  CHECK_THAT(result.output.data, close_to(std::vector<double>{3, 3}, 1e-14));
  CHECK_THAT(result.entropy.data, close_to(std::vector<double>{std::log(130.0), std::log(2.0)}, 1e-14));
}

TEST_CASE("Two masks of the lowest float add up to minus infinity, which hides", "[attention][limits][bias]") {
  Lowest problem(130, 1);
  for (float& added : problem.bias.data) added += added;
  CHECK(problem.bias.data[0] == -kInfinity);
  AttentionOptions<float> options = problem.options;
  options.weights = GENERATE(false, true);
  const auto result = attention(problem.query, problem.key, problem.value, options);
  for (std::size_t c = 0; c < 3; ++c) CHECK(result.output.data[c] == 0);
  CHECK(result.entropy.data[0] == 0);
  CHECK(result.log_sum_exp.data[0] == -kInfinity);
  CHECK(result.visible_keys.data[0] == 0);
  CHECK(result.visible_keys.data[1] == 2);
  if (options.weights)
    for (std::size_t j = 0; j < 130; ++j) CHECK(result.weights.data[j] == 0);
}

TEST_CASE("A logit that a bias takes below the lowest float has weight 0, in both ways", "[attention][limits][bias]") {
  // One component: the logits are the keys.
  const Tensor<float> query({1, 1, 1, 1}, std::vector<float>{1});
  Tensor<float> keys({1, 1, 3, 1}, std::vector<float>{-3e38F, -3e38F, -2e38F});
  const Tensor<float> value({1, 1, 3, 1}, std::vector<float>{1, 2, 4});
  const Tensor<float> bias({1, 1, 1, 3}, std::vector<float>{kLowest, -1e37F, -1.3e38F});
  AttentionOptions<float> options;
  options.scale = 1;
  options.bias = bias;
  options.weights = GENERATE(false, true);
  const auto result = attention(query, keys, value, options);
  CHECK(result.output.data[0] == 2);
  CHECK(result.log_sum_exp.data[0] == -3e38F - 1e37F);
  keys.data[1] = keys.data[2] = kLowest;
  const auto nothing = attention(query, keys, value, options);
  CHECK(nothing.output.data[0] == 0);
  CHECK(nothing.log_sum_exp.data[0] == -kInfinity);
}

TEST_CASE("Gradients under a bias of the lowest float are those of an even share", "[backward][limits][bias]") {
  const Index keys = GENERATE(4, 130);
  const Lowest problem(keys, 1);
  RandomState random(5);
  const Tensor<float> query({1, 1, 1, 4}, {problem.query.data.begin(), problem.query.data.begin() + 4});
  const Tensor<float> bias({1, 1, 1, keys}, {problem.bias.data.begin(), problem.bias.data.begin() + keys});
  const auto g = random_tensor(random, {1, 1, 1, 3});
  AttentionOptions<float> options;
  options.bias = bias;
  const auto forward = attention(query, problem.key, problem.value, options);
  const auto gradients = attention_backward<float>(query, problem.key, problem.value, forward, g, options);
  const double n = static_cast<double>(keys);
  // A = 1/n: ∂V_j = g / n, ∂s_j = (g·V_j − mean of g·V) / n.
  std::vector<double> of_value, of_bias;
  for (Index j = 0; j < keys; ++j) {
    double dot = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const double gc = static_cast<double>(g.data[c]);
      of_value.push_back(gc / n);
      dot += gc * static_cast<double>(problem.value.head(0, 0)[j * 3 + static_cast<Index>(c)]);
    }
    of_bias.push_back(dot / n);
  }
  const double mean = std::accumulate(of_bias.begin(), of_bias.end(), 0.0) / n;
  for (double& ds : of_bias) ds -= mean;
  std::vector<double> of_query(4);
  for (Index j = 0; j < keys; ++j)
    for (std::size_t d = 0; d < 4; ++d)
      of_query[d] += 0.5 * of_bias[static_cast<std::size_t>(j)] *
                     static_cast<double>(problem.key.head(0, 0)[j * 4 + static_cast<Index>(d)]);
  CHECK_THAT(gradients.value.data, close_to(of_value, 1e-6));
  CHECK_THAT(gradients.bias.data, close_to(of_bias, 1e-6));
  CHECK_THAT(gradients.query.data, close_to(of_query, 2e-6));
}

TEST_CASE("A bias that is the same for all keys changes no gradient, under a softcap neither",
          "[backward][limits][bias]") {
  RandomState random(6);
  const auto query = random_tensor<double>(random, {1, 2, 5, 4});
  const auto key = random_tensor<double>(random, {1, 2, 7, 4});
  const auto value = random_tensor<double>(random, {1, 2, 7, 3});
  const auto g = random_tensor<double>(random, {1, 2, 5, 3});
  AttentionOptions<double> options;
  options.softcap = GENERATE(0.0, 1.5);
  const auto gradients = [&] {
    return attention_backward<double>(query, key, value, attention(query, key, value, options), g, options);
  };
  const auto without = gradients();
  const Tensor<double> bias({1, 1, 1, 1}, std::vector<double>{-1e9});
  options.bias = bias;
  const auto with = gradients();
  // Of logits near 10^9, digits of 10^-7 are left.
  CHECK_THAT(with.query.data, close_to(without.query.data, 1e-6));
  CHECK_THAT(with.key.data, close_to(without.key.data, 1e-6));
  CHECK_THAT(with.value.data, close_to(without.value.data, 1e-6));
}

TEST_CASE("Weights and maps are recomputed where the log-sum-exp has lost its sum", "[attention][map][limits][bias]") {
  const Index keys = GENERATE(4, 130, 300);
  const float added = GENERATE(kLowest, -1e9F, -1e4F, 1e30F);
  const Lowest problem(keys, 0);
  Tensor<float> bias({1, 1, 2, keys});
  std::fill(bias.data.begin(), bias.data.end(), added);
  AttentionOptions<float> options;
  options.bias = bias;
  const auto lse = attention(problem.query, problem.key, problem.value, options).log_sum_exp;
  const WeightsBlock block{.row = 1, .rows = 1, .column = 1, .columns = 3};
  const auto weights = attention_weights<float>(problem.query, problem.key, lse, block, options);
  const double share = 1 / static_cast<double>(keys);
  // 10⁴ + ln n has 10 binary places: enough for the weights to be 10⁻³ off, were they not computed anew.
  CHECK_THAT(weights.data, close_to(std::vector<double>(3, share), 1e-6));
  const auto map = attention_map<float>(problem.query, problem.key, lse,
                                        {.rows = 2, .row_block = 2, .columns = keys, .column_block = keys}, options);
  CHECK(std::abs(static_cast<double>(map.sum.data[0]) - 2) < 1e-5);
  CHECK(std::abs(static_cast<double>(map.largest.data[0]) - share) < 1e-6);
}

TEST_CASE("Scale, temperature and softcap at the ends of single precision agree in both ways", "[attention][limits]") {
  AttentionOptions<float> options;
  const auto which = GENERATE(range(0, 12));
  switch (which) {
    case 0:
      options.scale = 1e-50;
      break;  // 0 in single precision: an even share
    case 1:
      options.scale = 1e-40;
      break;
    case 2:
      options.scale = -1e37;
      break;
    case 3:
      options.scale = 1e38;
      break;
    case 4:
      options.temperature = 1e39;
      break;
    case 5:
      options.temperature = 1e300;
      break;
    case 6:
      options.temperature = 1e-37;
      break;
    case 7:
      options.softcap = 1e-40;
      break;  // not a normal number
    case 8:
      options.softcap = 1e-30;
      break;
    case 9:
      options.softcap = 1e38;
      break;
    case 10:
      options.scale = 1e300;
      options.temperature = 1e300;
      break;
    default:
      options.scale = 1e37;
      options.softcap = 1e-38;
  }
  CAPTURE(which);
  RandomState random(7);
  const auto query = random_tensor(random, {1, 1, 9, 4}, 0.3);  // products of at most about 1
  const auto key = random_tensor(random, {1, 1, 140, 4}, 0.3);
  const auto value = random_tensor(random, {1, 1, 140, 3});
  const auto expected = reference_attention<double>(query, key, value, options);
  for (const bool weights : {false, true}) {
    options.weights = weights;
    const auto result = attention(query, key, value, options);
    CHECK_THAT(result.output.data, close_to(expected.output.data, 2e-6));
    CHECK_THAT(result.entropy.data, close_to(expected.entropy.data, 2e-6));
    for (std::size_t i = 0; i < 9; ++i)
      CHECK(std::abs(static_cast<double>(result.log_sum_exp.data[i]) - expected.log_sum_exp.data[i]) <=
            2e-6 * std::max(1.0, std::abs(expected.log_sum_exp.data[i])));
  }
}

TEST_CASE("Options that single precision cannot hold are refused by their values", "[attention][errors]") {
  const Tensor<float> tokens({1, 1, 2, 4});
  AttentionOptions<float> options;
  const auto refuses = [&](const char* with) {
    CHECK_THROWS_MATCHES(attention(tokens, tokens, tokens, options), std::invalid_argument,
                         Catch::Matchers::Message(with));
    options = {};
  };
  options.scale = 1e39;
  refuses("scale / temperature is 1e+39; it must be within ±3.40282e+38");
  options.temperature = 1e-39;
  refuses("scale / temperature is 5e+38; it must be within ±3.40282e+38");
  options.temperature = 1e-320;
  refuses("scale / temperature is inf; it must be within ±3.40282e+38");
  options.softcap = 1e39;
  refuses("softcap is 1e+39; it must be 0 or from 1.4013e-45 to 3.40282e+38");
  options.softcap = 1e-50;
  refuses("softcap is 1e-50; it must be 0 or from 1.4013e-45 to 3.40282e+38");
  const Tensor<double> wide({1, 1, 2, 4});
  AttentionOptions<double> in_double;
  in_double.scale = 1e39;
  in_double.softcap = 1e-50;
  CHECK(attention(wide, wide, wide, in_double).output.data == std::vector<double>(8));
}
