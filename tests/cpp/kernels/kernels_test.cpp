#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <cmath>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/attention/detail/attention_kernel_call.h"
#include "heed/kernels/dispatch.h"
#include "heed/ops/softmax.h"

using namespace heed;
using heed::test::close_to;
using heed::test::random_index;
using heed::test::random_tensor;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

const kernels::KernelSet& each_kernel_set() {
  const auto count = kernels::available().size();
  const kernels::KernelSet& set = kernels::available()[GENERATE_COPY(range(std::size_t{0}, count))];
  UNSCOPED_INFO(set.name);
  return set;
}

/// A head of random shape and options, and its like in float64.
struct Case {
  Tensor<float> query, key, value, bias;
  Tensor<std::uint8_t> mask;
  Tensor<double> query64, key64, value64, bias64;
  AttentionHead<float> head;
  AttentionHead<double> head64;
};

Tensor<double> widened(const Tensor<float>& tensor) {
  return {tensor.shape, std::vector<double>(tensor.data.begin(), tensor.data.end())};
}

template <typename Scalar>
void point_at(AttentionHead<Scalar>& head, const Tensor<Scalar>& query, const Tensor<Scalar>& key,
              const Tensor<Scalar>& value) {
  head.query = query.data.data();
  head.key = key.data.data();
  head.value = value.data.data();
  head.queries = query.shape.length;
  head.keys = key.shape.length;
  head.dim = query.shape.dim;
  head.value_dim = value.shape.dim;
}

/// NaN and infinities in a few places of a tensor.
void spoil(RandomState& random, Tensor<float>& tensor) {
  for (const float bad : {kNan, kInfinity, -kInfinity})
    tensor.data[static_cast<std::size_t>(random_index(random, 0, static_cast<Index>(tensor.data.size()) - 1))] = bad;
}

/// Where there is but one query it has no mask and no bias.
Case random_case(RandomState& random, Index most_queries) {
  const auto chance = [&](Index one_in) { return random_index(random, 1, one_in) == 1; };
  const Index queries = random_index(random, 1, most_queries);
  const Index keys = random_index(random, 1, 200);
  const Index dim = random_index(random, 1, 70);
  Case result;
  result.query = random_tensor(random, {1, 1, queries, dim});
  result.key = random_tensor(random, {1, 1, keys, dim});
  result.value = random_tensor(random, {1, 1, keys, random_index(random, 1, 70)});
  if (chance(4)) spoil(random, result.key);
  if (chance(4)) spoil(random, result.value);
  AttentionHead<float>& head = result.head;
  point_at(head, result.query, result.key, result.value);
  head.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(dim)));
  if (chance(3)) head.softcap = 2;
  head.visibility.keys = chance(3) ? random_index(random, 0, keys) : keys;
  head.visibility.causal = chance(2);
  head.visibility.offset = random_index(random, -20, 20);
  if (chance(3)) head.visibility.left = random_index(random, 0, 40);
  if (chance(3)) head.visibility.right = random_index(random, 0, 40);
  if (most_queries > 1 && chance(3)) {
    result.mask = Tensor<std::uint8_t>({1, 1, chance(3) ? 1 : queries, keys});
    for (auto& allowed : result.mask.data) allowed = chance(3) ? 0 : 1;
    head.mask = {result.mask.data.data(), result.mask.shape.length == 1 ? 0 : keys, 1};
  }
  if (most_queries > 1 && chance(3)) {
    result.bias = random_tensor(random, {1, 1, queries, chance(3) ? 1 : keys});
    for (auto& number : result.bias.data)
      if (chance(7)) number = -kInfinity;
    head.bias = {result.bias.data.data(), result.bias.shape.dim, result.bias.shape.dim == 1 ? 0 : 1};
  }

  result.query64 = widened(result.query);
  result.key64 = widened(result.key);
  result.value64 = widened(result.value);
  result.bias64 = widened(result.bias);
  AttentionHead<double>& head64 = result.head64;
  point_at(head64, result.query64, result.key64, result.value64);
  head64.scale = head.scale;
  head64.softcap = head.softcap;
  head64.visibility = head.visibility;
  head64.mask = {head.mask.data, head.mask.row_stride, head.mask.column_stride};
  if (head.bias.data != nullptr)
    head64.bias = {result.bias64.data.data(), head.bias.row_stride, head.bias.column_stride};
  return result;
}

template <typename Scalar>
struct Results {
  Tensor<Scalar> output, log_sum_exp, entropy, visible_keys, weights;

  explicit Results(const AttentionHead<Scalar>& head)
      : output({1, 1, head.queries, head.value_dim}),
        log_sum_exp({1, 1, head.queries, 1}),
        entropy(log_sum_exp),
        visible_keys(log_sum_exp),
        weights({1, 1, head.queries, head.keys}) {}

  AttentionHeadResult<Scalar> places() {
    return {output.data.data(),       log_sum_exp.data.data(), entropy.data.data(),
            visible_keys.data.data(), weights.data.data(),     nullptr};
  }
};

}  // namespace

TEST_CASE("Every kernel agrees with the explicit way in float64", "[kernels]") {
  const auto& set = each_kernel_set();
  RandomState random(31);
  for (int i = 0; i < 150; ++i) {
    const Case sample = random_case(random, 150);
    Results<float> actual(sample.head);
    attention_with_kernel(sample.head, actual.places(), {0, sample.head.queries}, set);
    Results<double> expected(sample.head64);
    attention_explicit(sample.head64, expected.places(), {0, sample.head64.queries});
    CAPTURE(set.name, i, sample.query.shape, sample.value.shape);
    CHECK_THAT(actual.output.data, close_to(expected.output.data, 4e-6));
    CHECK_THAT(actual.log_sum_exp.data, close_to(expected.log_sum_exp.data, 4e-6));
    CHECK_THAT(actual.entropy.data, close_to(expected.entropy.data, 4e-6));
    CHECK_THAT(actual.visible_keys.data, close_to(expected.visible_keys.data, 0));
  }
}

TEST_CASE("Attention of one query agrees with the explicit way in float64", "[kernels]") {
  const auto count = kernels::available_for_models().size();
  const kernels::ModelKernelSet& set = kernels::available_for_models()[GENERATE_COPY(range(std::size_t{0}, count))];
  RandomState random(32);
  for (int i = 0; i < 400; ++i) {
    Case sample = random_case(random, 1);
    // Above 1 it is for the products, which it may make hidden or infinite.
    if (i % 5 == 0) sample.head.scale = 3;
    if (i % 40 == 0) sample.head.scale = 1e38f;
    sample.head64.scale = sample.head.scale;
    Results<float> actual(sample.head);
    attention_of_one_query(sample.head, actual.places(), set);
    Results<float> expected(sample.head);
    attention_with_kernel(sample.head, expected.places(), {0, 1});
    Results<double> exact(sample.head64);
    attention_explicit(sample.head64, exact.places(), {0, 1});
    CAPTURE(set.name, i, sample.query.shape, sample.value.shape, sample.head.keys);
    // Products that the scale takes beyond float32 are what they are with other queries beside.
    if (i % 40 == 0) {
      CHECK_THAT(actual.log_sum_exp.data, close_to(expected.log_sum_exp.data, 4e-6));
      continue;
    }
    // Logits of 60 are rounded to steps of 4e-6.
    const double tolerance = sample.head.scale > 1 ? 4e-5 : 4e-6;
    CHECK_THAT(actual.output.data, close_to(exact.output.data, tolerance));
    CHECK_THAT(actual.log_sum_exp.data, close_to(exact.log_sum_exp.data, tolerance));
    CHECK_THAT(actual.entropy.data, close_to(exact.entropy.data, tolerance));
    CHECK(actual.visible_keys.data == expected.visible_keys.data);
  }
}

TEST_CASE("Attention of one query refuses several, a mask and a bias", "[kernels]") {
  RandomState random(33);
  const Case sample = random_case(random, 1);
  Results<float> results(sample.head);
  AttentionHead<float> two = sample.head;
  two.queries = 2;
  CHECK_THROWS_AS(attention_of_one_query(two, results.places()), std::invalid_argument);
  const std::vector<std::uint8_t> all(static_cast<std::size_t>(sample.head.keys), 1);
  AttentionHead<float> masked = sample.head;
  masked.mask = {all.data(), 0, 1};
  CHECK_THROWS_AS(attention_of_one_query(masked, results.places()), std::invalid_argument);
  const float none = 0;
  AttentionHead<float> biased = sample.head;
  biased.bias = {&none, 0, 0};
  CHECK_THROWS_AS(attention_of_one_query(biased, results.places()), std::invalid_argument);
}

TEST_CASE("A kernel given some of the rows leaves the others alone", "[kernels]") {
  const auto& set = each_kernel_set();
  RandomState random(7);
  Case sample = random_case(random, 150);
  while (sample.head.queries < 130) sample = random_case(random, 150);
  // The copy that returned the case has moved its tensors along with what points at them.
  Results<float> whole(sample.head);
  attention_with_kernel(sample.head, whole.places(), {0, sample.head.queries}, set);
  Results<float> parts(sample.head);
  attention_with_kernel(sample.head, parts.places(), {0, 37}, set);
  CHECK(parts.log_sum_exp.data[37] == 0);
  attention_with_kernel(sample.head, parts.places(), {37, sample.head.queries - 37}, set);
  CHECK_THAT(parts.output.data, close_to(whole.output.data, 1e-6));
  CHECK_THAT(parts.entropy.data, close_to(whole.entropy.data, 1e-6));
}

TEST_CASE("The kernels' 2^x is within 1.2 ulp, or 2^-126 where the result is not normal", "[kernels]") {
  const auto& set = each_kernel_set();
  // Every 1009th float from −0 to −∞: 1009 is prime, so that all patterns of low bits occur.
  std::vector<float> x;
  for (std::uint32_t bits = 0x80000000; bits <= 0xff800000; bits += 1009) x.push_back(std::bit_cast<float>(bits));
  for (int n = 0; n <= 256; ++n)
    for (const float half : {-0.5f * static_cast<float>(n)})
      for (const float toward : {-kInfinity, 0.0f}) x.insert(x.end(), {half, std::nextafter(half, toward)});
  std::vector<float> result(x.size());
  set.exp2(x.data(), result.data(), static_cast<Index>(x.size()));
  double worst = 0;
  double worst_tiny = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] > 0) continue;
    const double exact = std::exp2(static_cast<double>(x[i]));
    const double error = std::abs(static_cast<double>(result[i]) - exact);
    if (exact < 0x1p-126) {
      worst_tiny = std::max(worst_tiny, error);
    } else {
      worst = std::max(worst, error / std::exp2(std::floor(std::log2(exact)) - 23));
    }
  }
  CAPTURE(worst);
  CHECK(worst <= 1.2);
  CHECK(worst_tiny <= 0x1p-126);

  const std::vector<float> special{0.0f, -0.0f, -127.0f, -1e30f, -kInfinity, kNan};
  result.resize(special.size());
  set.exp2(special.data(), result.data(), static_cast<Index>(special.size()));
  CHECK_THAT(result, close_to(std::vector<float>{1, 1, 0, 0, 0, kNan}, 0));
}

TEST_CASE("The kernels' softmax of a row is that of float64, whatever its length", "[kernels]") {
  const auto& set = each_kernel_set();
  const auto count =
      GENERATE(Index{0}, Index{1}, Index{3}, Index{4}, Index{15}, Index{16}, Index{17}, Index{33}, Index{200});
  const bool hides = GENERATE(false, true);
  RandomState random(7);
  std::vector<float> row = random_tensor(random, {1, 1, 1, count}, 4).data;
  if (hides)
    for (std::size_t i = 0; i < row.size(); i += 3) row[i] = -kInfinity;
  std::vector<double> wanted(row.begin(), row.end());
  const auto summary = softmax(std::span<double>(wanted));
  row.push_back(5);  // what lies beyond the row stays
  kernels::SoftmaxOfRow result{};
  set.softmax_row(row.data(), count, result);
  CHECK(row.back() == 5);
  row.pop_back();
  CHECK(result.finite);
  // 2^x is within 1.2 ulp, and its argument, at most 25 here, is rounded twice.
  for (std::size_t i = 0; i < row.size(); ++i) CHECK(std::abs(row[i] - wanted[i]) <= 4e-6 * wanted[i]);
  if (result.sum == 0) {
    CHECK(summary.log_sum_exp == -std::numeric_limits<double>::infinity());
    return;
  }
  const double log_sum = std::log(double{result.sum});
  CHECK(std::abs(double{result.largest} + log_sum - summary.log_sum_exp) <= 2e-6);
  CHECK(std::abs(log_sum - double{result.weighted} / double{result.sum} - summary.entropy) <= 4e-6);
}

TEST_CASE("The kernels' softmax leaves a row that is not finite as it is, and makes a hidden one 0", "[kernels]") {
  const auto& set = each_kernel_set();
  kernels::SoftmaxOfRow result{};
  for (const float bad : {kNan, kInfinity})
    for (std::size_t at = 0; at < 19; ++at) {
      std::vector<float> row(19, 1.0F);
      row[at] = bad;
      const std::vector<float> before = row;
      set.softmax_row(row.data(), 19, result);
      CHECK_FALSE(result.finite);
      CHECK_THAT(row, close_to(before, 0));
    }
  std::vector<float> hidden(19, -kInfinity);
  set.softmax_row(hidden.data(), 19, result);
  CHECK(result.finite);
  CHECK(result.sum == 0);
  CHECK_THAT(hidden, close_to(std::vector<float>(19, 0.0F), 0));
}

TEST_CASE("A kernel's memory does not depend on the lengths", "[kernels]") {
  CHECK(kernels::workspace_size(64, 64) * static_cast<Index>(sizeof(float)) <= 256 * 1024);
}
