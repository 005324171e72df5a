#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <limits>
#include <string>

#include "../support/attention_problem.h"
#include "../support/reference_attention.h"

// Every way to compute attention against float64 by the definition: explicit, streaming, recomputed blocks and backward, in float and
// in double. `npm test` repeats it with every instruction set that the machine has.

using namespace heed;
using heed::test::kHidden;
using heed::test::kOptions;
using heed::test::Problem;
using heed::test::random_index;
using heed::test::reference_attention;
using heed::test::reference_gradients;

namespace {

template <typename Scalar>
Tensor<double> widened(const Tensor<Scalar>& tensor) {
  return {tensor.shape, std::vector<double>(tensor.data.begin(), tensor.data.end())};
}

double difference(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  return std::isfinite(a - b) ? std::abs(a - b) : std::numeric_limits<double>::infinity();
}

template <typename Scalar>
double largest_difference(const std::vector<Scalar>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, difference(static_cast<double>(a[i]), b[i]));
  return largest;
}

double largest_size(const std::vector<double>& numbers) {
  double largest = 0;
  for (const double number : numbers)
    if (std::isfinite(number)) largest = std::max(largest, std::abs(number));
  return largest;
}

/// What the contract allows: at most twice the error of a plain evaluation in the same precision. A plain evaluation that happens
/// to round well is no measure, so it counts as no better than its roundings: with u half a unit in the last place, u |s| of the
/// logit, and u each of the exponential, the sum, the quotient and the product with V. A number that is common to a row's logits
/// has no part in the weights, however large, so |s| counts up to 10⁵, what queries of 10⁴ reach. The reference of double problems is
/// double itself, and rounds sums of `terms` numbers.
template <typename Scalar>
struct Tolerance {
  double logits;
  Index terms;

  double operator()(const std::vector<Scalar>& plain, const std::vector<double>& reference) const {
    const double unit = 0.5 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
    const double of_plain = largest_difference(plain, reference);
    const double of_reference = std::is_same_v<Scalar, double> ? static_cast<double>(terms) : 0;
    const double rounding = unit * (4 + std::min(logits, 1e5) + of_reference) * std::max(largest_size(reference), 1.0);
    return 2 * std::max(std::isfinite(of_plain) ? of_plain : 0, rounding);
  }
};

template <typename Scalar>
struct Inputs {
  Tensor<Scalar> query, key, value, gradient;
  AttentionOptions<Scalar> options;
};

/// Whether a logit that double holds is beyond what `Scalar` does.
template <typename Scalar>
bool overflows(const AttentionResult<double>& exact, const AttentionResult<Scalar>& plain) {
  for (std::size_t i = 0; i < exact.logits.data.size(); ++i)
    if (std::isfinite(exact.logits.data[i]) && !std::isfinite(plain.logits.data[i])) return true;
  return false;
}

#define HEED_CHECK_CLOSE(part, allowed)                                        \
  do {                                                                         \
    INFO(#part);                                                               \
    const double limit = allowed(plain.part.data, reference.part.data);        \
    CHECK(largest_difference(result.part.data, reference.part.data) <= limit); \
  } while (false)

/// Attention in float64; where its logits are beyond `Scalar`, the plain evaluation, whose infinities and NaN every way has to show.
template <typename Scalar>
AttentionResult<double> reference_of(const Inputs<Scalar>& inputs, const AttentionResult<Scalar>& plain) {
  auto exact = reference_attention<double>(inputs.query, inputs.key, inputs.value, inputs.options);
  if (!overflows(exact, plain)) return exact;
  return {.output = widened(plain.output),
          .log_sum_exp = widened(plain.log_sum_exp),
          .entropy = widened(plain.entropy),
          .visible_keys = widened(plain.visible_keys),
          .weights = widened(plain.weights),
          .logits = widened(plain.logits)};
}

template <typename Scalar>
void check_forward(const Inputs<Scalar>& inputs) {
  const auto& [query, key, value, gradient, options] = inputs;
  const auto plain = reference_attention<Scalar>(query, key, value, options);
  const auto reference = reference_of(inputs, plain);
  const Tolerance<Scalar> allowed{largest_size(reference.logits.data), key.shape.length};
  for (const bool weights : {false, true}) {
    INFO((weights ? "explicit" : "streaming") << " in " << (sizeof(Scalar) == 4 ? "float" : "double"));
    AttentionOptions<Scalar> chosen = options;
    chosen.weights = chosen.logits = weights;
    const auto result = attention(query, key, value, chosen);
    HEED_CHECK_CLOSE(output, allowed);
    HEED_CHECK_CLOSE(log_sum_exp, allowed);
    HEED_CHECK_CLOSE(entropy, allowed);
    CHECK(largest_difference(result.visible_keys.data, reference.visible_keys.data) == 0);
    if (!weights) continue;
    HEED_CHECK_CLOSE(weights, allowed);
    HEED_CHECK_CLOSE(logits, allowed);
  }
}

/// The weights of each head, in two blocks of rows, recomputed from the log-sum-exp of the streaming way.
void check_blocks(const Inputs<float>& inputs) {
  const auto& [query, key, value, gradient, options] = inputs;
  const auto plain = reference_attention<float>(query, key, value, options);
  const auto reference = reference_of(inputs, plain);
  const auto lse = attention(query, key, value, options).log_sum_exp;
  Tensor<float> weights(reference.weights.shape);
  const auto [batches, heads, queries, keys] = weights.shape;
  for (Index b = 0; b < batches; ++b)
    for (Index h = 0; h < heads; ++h)
      for (const auto& [row, rows] :
           {std::pair{Index{0}, queries / 3}, std::pair{queries / 3, queries - queries / 3}}) {
        const auto block = attention_weights<float>(
            query, key, lse, {.batch = b, .head = h, .row = row, .rows = rows, .column = 0, .columns = keys}, options);
        std::copy(block.data.begin(), block.data.end(), weights.head(b, h) + row * keys);
      }
  INFO("recomputed blocks");
  // Both the logit and the log-sum-exp are rounded.
  const Tolerance<float> allowed{largest_size(reference.logits.data), key.shape.length};
  CHECK(largest_difference(weights.data, reference.weights.data) <=
        2 * allowed(plain.weights.data, reference.weights.data));
}

template <typename Scalar>
void check_backward(const Inputs<Scalar>& inputs) {
  const auto& [query, key, value, gradient, options] = inputs;
  const auto forward = attention(query, key, value, options);
  const auto gradients = attention_backward<Scalar>(query, key, value, forward, gradient, options);
  const auto exact = reference_attention<double>(query, key, value, options);
  if (overflows(exact, reference_attention<Scalar>(query, key, value, options))) return;  // nothing but NaN to compare
  const auto reference = reference_gradients(query, key, value, gradient, options);
  INFO("backward in " << (sizeof(Scalar) == 4 ? "float" : "double"));
  // As forward: u (1 + |s|) of each weight, in sums over all queries or keys of the products of numbers near 1, and of the scale
  // and K or Q, which may be large where the sum is not.
  const double unit = static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  const double terms = static_cast<double>(query.shape.length + key.shape.length + query.shape.dim + value.shape.dim);
  const double roundings = unit * terms * (1 + std::min(largest_size(exact.logits.data), 1e5));
  const double scale = std::abs(options.scale.value_or(1) / options.temperature);
  const auto check = [&](const char* name, const Tensor<Scalar>& actual, const Tensor<double>& expected,
                         double factor) {
    INFO(name);
    CHECK(largest_difference(actual.data, expected.data) <=
          roundings * std::max({largest_size(expected.data), factor, 1.0}));
  };
  check("query", gradients.query, reference.query, scale * largest_size(widened(key).data));
  check("key", gradients.key, reference.key, scale * largest_size(widened(query).data));
  check("value", gradients.value, reference.value, 1);
  if (options.bias.data != nullptr) check("bias", gradients.bias, reference.bias, 1);
}

/// Whether the options are refused, which has to be so in every way.
template <typename Scalar>
bool is_refused(const Inputs<Scalar>& inputs) {
  int refused = 0;
  for (const bool weights : {false, true}) {
    AttentionOptions<Scalar> options = inputs.options;
    options.weights = weights;
    try {
      (void)attention(inputs.query, inputs.key, inputs.value, options);
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  CHECK(refused != 1);
  return refused > 0;
}

void check_in_float(const Problem& problem, bool may_be_refused) {
  const auto& [random, shape, query, key, value, gradient, mask, bias, options] = problem;
  const Inputs<float> inputs{query, key, value, gradient, options};
  if (may_be_refused && is_refused(inputs)) return;
  check_forward(inputs);
  check_blocks(inputs);
  check_backward(inputs);
}

void check_in_double(const Problem& problem, bool may_be_refused) {
  const auto& [random, shape, query, key, value, gradient, mask, bias, options] = problem;
  const Tensor<double> bias64 = widened(bias);
  AttentionOptions<double> options64{.scale = options.scale,
                                     .temperature = options.temperature,
                                     .softcap = options.softcap,
                                     .mask = options.mask,
                                     .bias = {},
                                     .causal = options.causal,
                                     .window_left = options.window_left,
                                     .window_right = options.window_right,
                                     .query_offset = options.query_offset,
                                     .key_lengths = options.key_lengths};
  if (options.bias.data != nullptr) options64.bias = bias64;
  const Inputs<double> inputs64{widened(query), widened(key), widened(value), widened(gradient), options64};
  if (may_be_refused && is_refused(inputs64)) return;
  check_forward(inputs64);
  check_backward(inputs64);
}

/// What single precision does not hold, double precision may.
void check_all(const Problem& problem, bool may_be_refused = false) {
  INFO("Q " << message({problem.query.shape}) << ", K " << message({problem.key.shape}) << ", V "
            << message({problem.value.shape}) << ", mask " << message({problem.mask.shape}) << ", bias "
            << message({problem.bias.shape}));
  check_in_float(problem, may_be_refused);
  check_in_double(problem, may_be_refused);
}

}  // namespace

TEST_CASE("Every way agrees with float64 for options alone and in threes", "[differential]") {
  const std::size_t first = GENERATE(range(std::size_t{0}, kOptions.size()));
  for (std::size_t second = first; second < kOptions.size(); ++second)
    for (std::size_t third = second; third < kOptions.size(); ++third) {
      if (first == second && second != third) continue;  // the pair is (first, second, second)
      Problem problem(static_cast<std::uint32_t>((first * 100 + second) * 100 + third));
      kOptions[first].apply(problem);
      if (second != first) kOptions[second].apply(problem);
      if (third != second) kOptions[third].apply(problem);
      INFO(kOptions[first].name << ", " << kOptions[second].name << ", " << kOptions[third].name);
      check_all(problem);
    }
}

TEST_CASE("Every way agrees with float64 for every shape that broadcasts", "[differential]") {
  const auto broadcast = [](Shape shape, int axes) {
    int bit = 1;
    for (Index* axis : {&shape.batch, &shape.heads, &shape.length, &shape.dim}) {
      if ((axes & bit) != 0) *axis = 1;
      bit *= 2;
    }
    return shape;
  };
  const int mask_axes = GENERATE(range(0, 16));
  for (int bias_axes = 0; bias_axes < 16; ++bias_axes) {
    Problem problem(static_cast<std::uint32_t>(mask_axes * 16 + bias_axes + 1));
    problem.use_mask(broadcast(problem.shape, mask_axes));
    problem.use_bias(broadcast(problem.shape, bias_axes));
    problem.bias.data[0] = kHidden;
    check_all(problem);
  }
}

TEST_CASE("Extreme numbers among the options are refused, or give what they give in float64", "[differential]") {
  const double number = GENERATE(1e39, 3e38, 1e30, 1e-30, 1e-38, 1e-40, 1e-45, 1e-50, 1e-300, 5e-324, 1e300);
  const std::string name = GENERATE("scale", "temperature", "softcap");
  CAPTURE(name, number);
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    Problem problem(seed);
    if (name == "scale") problem.options.scale = number;
    if (name == "temperature") problem.options.temperature = number;
    if (name == "softcap") problem.options.softcap = number;
    check_all(problem, true);
  }
}

TEST_CASE("Windows and offsets at the largest that there may be see what they should", "[differential]") {
  constexpr Index kMost = Index{1} << 30;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    Problem problem(seed);
    const auto extreme = [&](Index least) { return random_index(problem.random, 0, 1) == 0 ? kMost : least; };
    problem.options.window_left = extreme(0);
    problem.options.window_right = extreme(0);
    problem.options.query_offset = extreme(-kMost);
    problem.options.causal = seed % 2 == 0;
    check_all(problem);
  }
}
