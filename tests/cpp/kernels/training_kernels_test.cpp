#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cmath>
#include <numeric>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/kernels/dispatch.h"
#include "heed/ops/activations/gelu.h"
#include "heed/ops/activations/swiglu.h"
#include "heed/ops/norms/layer_norm.h"
#include "heed/ops/norms/rms_norm.h"
#include "heed/ops/rotary.h"
#include "heed/training/adamw.h"

// Each instruction set's kernels against the plain evaluations in float64, in rows around the length of its vectors.

using namespace heed;
using heed::test::close_to;

namespace {

const kernels::TrainingKernelSet& each_kernel_set() {
  const auto count = kernels::available_for_training().size();
  const auto& set = kernels::available_for_training()[GENERATE_COPY(range(std::size_t{0}, count))];
  UNSCOPED_INFO(set.name);
  return set;
}

/// The same numbers in both precisions.
struct Numbers {
  std::vector<float> single;
  std::vector<double> twice;

  Numbers(RandomState& random, Index count)
      : single(test::random_tensor<float>(random, {1, 1, 1, count}).data), twice(single.begin(), single.end()) {}
};

constexpr Index kRows = 7;
/// Numbers of about 1, and a few operations on each: some units of the last place.
constexpr double kTolerance = 4e-6;

}  // namespace

TEST_CASE("Kernels of softmax along rows, under a causal mask or without, and their gradient", "[kernels]") {
  const auto& set = each_kernel_set();
  const Index columns = GENERATE(range(Index{1}, Index{36}));
  const bool causal = GENERATE(true, false);
  CAPTURE(columns, causal);
  RandomState random(static_cast<std::uint32_t>(columns));
  const Index stride = columns + 3;
  Numbers x(random, kRows * stride);
  Numbers gradient(random, kRows * stride);
  // The first row sees one column under the mask, or as many as leave one for the next rows.
  const Index visible = causal ? std::min<Index>(1, columns) : columns;
  const auto seen = [&](Index i) { return causal ? std::min(columns, visible + i) : columns; };
  const Index rows = causal ? std::min(kRows, columns) : kRows;
  const float before = x.single[static_cast<std::size_t>(columns)];
  std::vector<float> log_sum_exp(kRows);
  std::vector<float> weights = x.single;
  for (Index i = 0; i < rows; ++i)  // what is not visible may be anything
    for (Index j = seen(i); j < columns; ++j) weights[static_cast<std::size_t>(i * stride + j)] = std::nanf("");
  set.softmax_rows({.x = weights.data(),
                    .stride = stride,
                    .rows = rows,
                    .columns = columns,
                    .scale = 0.7F,
                    .visible = visible,
                    .visible_step = causal ? 1 : 0,
                    .log_sum_exp = log_sum_exp.data()});
  std::vector<float> passed = gradient.single;
  set.softmax_rows_backward({.weights = weights.data(),
                             .gradient = passed.data(),
                             .stride = stride,
                             .rows = rows,
                             .columns = columns,
                             .scale = 0.7F});
  for (Index i = 0; i < rows; ++i) {
    const double* row = x.twice.data() + i * stride;
    double sum = 0;
    double mean = 0;
    for (Index j = 0; j < seen(i); ++j) sum += std::exp(static_cast<double>(0.7F) * row[j]);
    for (Index j = 0; j < seen(i); ++j)
      mean +=
          std::exp(static_cast<double>(0.7F) * row[j]) / sum * gradient.twice[static_cast<std::size_t>(i * stride + j)];
    CHECK(std::abs(static_cast<double>(log_sum_exp[static_cast<std::size_t>(i)]) - std::log(sum)) < kTolerance);
    for (Index j = 0; j < columns; ++j) {
      const auto at = static_cast<std::size_t>(i * stride + j);
      const double weight = j < seen(i) ? std::exp(static_cast<double>(0.7F) * row[j]) / sum : 0;
      CHECK(std::abs(static_cast<double>(weights[at]) - weight) < kTolerance);
      CHECK(std::abs(static_cast<double>(passed[at]) - weight * (gradient.twice[at] - mean) * 0.7) < kTolerance);
    }
  }
  CHECK(weights[static_cast<std::size_t>(columns)] == before);  // between the rows
}

TEST_CASE("Kernels of norms and of their gradients", "[kernels]") {
  const auto& set = each_kernel_set();
  const Index columns = GENERATE(range(Index{2}, Index{36}));
  const bool centred = GENERATE(true, false);
  CAPTURE(columns, centred);
  RandomState random(static_cast<std::uint32_t>(columns));
  Numbers x(random, kRows * columns);
  Numbers gain(random, columns);
  Numbers bias(random, columns);
  Numbers g(random, kRows * columns);
  Numbers y(random, kRows * columns);
  Numbers dx(random, kRows * columns);
  Numbers dgain(random, columns);
  Numbers dbias(random, columns);
  // Large enough that rows of two nearly equal numbers are not blown up, with their rounding.
  const double epsilon = 0.5;
  const auto of = [&](std::vector<double>& numbers) { return matrix(numbers.data(), kRows, columns); };
  const auto constant = [&](const std::vector<double>& numbers) { return matrix(numbers.data(), kRows, columns); };
  if (centred) {
    layer_norm(constant(x.twice), gain.twice.data(), bias.twice.data(), epsilon, of(y.twice));
    layer_norm_backward(constant(x.twice), gain.twice.data(), epsilon, constant(g.twice), of(dx.twice),
                        dgain.twice.data(), dbias.twice.data());
  } else {
    rms_norm(constant(x.twice), gain.twice.data(), epsilon, of(y.twice));
    rms_norm_backward(constant(x.twice), gain.twice.data(), epsilon, constant(g.twice), of(dx.twice),
                      dgain.twice.data());
  }
  set.norm_rows({.x = x.single.data(),
                 .rows = kRows,
                 .columns = columns,
                 .gain = gain.single.data(),
                 .bias = centred ? bias.single.data() : nullptr,
                 .epsilon = static_cast<float>(epsilon),
                 .centred = centred,
                 .y = y.single.data()});
  set.norm_rows_backward({.x = x.single.data(),
                          .rows = kRows,
                          .columns = columns,
                          .gain = gain.single.data(),
                          .epsilon = static_cast<float>(epsilon),
                          .centred = centred,
                          .y_gradient = g.single.data(),
                          .x_gradient = dx.single.data(),
                          .gain_gradient = dgain.single.data(),
                          .bias_gradient = centred ? dbias.single.data() : nullptr});
  CHECK_THAT(y.single, close_to(y.twice, kTolerance));
  CHECK_THAT(dx.single, close_to(dx.twice, kTolerance));
  CHECK_THAT(dgain.single, close_to(dgain.twice, kTolerance));
  CHECK_THAT(dbias.single, close_to(dbias.twice, kTolerance));
}

TEST_CASE("Kernels of rotary positions", "[kernels]") {
  const auto& set = each_kernel_set();
  const Index heads = GENERATE(1, 2, 3, 5);
  const Index dim = GENERATE(2, 6, 8, 16);
  const int direction = GENERATE(1, -1);
  CAPTURE(heads, dim, direction);
  RandomState random(5);
  const Index columns = heads * dim;
  Numbers x(random, 6 * columns);
  RotaryPositions<double>(3, heads, dim, 100).rotate(matrix(x.twice.data(), 6, columns), 3, direction);
  std::vector<float> cosines;
  std::vector<float> sines;
  for (Index p = 0; p < 3; ++p)
    for (Index j = 0; j < columns; ++j) {
      const double angle =
          static_cast<double>(p) * std::pow(100.0, -static_cast<double>(j % dim / 2 * 2) / static_cast<double>(dim));
      cosines.push_back(static_cast<float>(std::cos(angle)));
      sines.push_back(static_cast<float>(j % 2 == 0 ? -std::sin(angle) : std::sin(angle)));
    }
  set.rotate({.x = x.single.data(),
              .rows = 6,
              .columns = columns,
              .length = 3,
              .cosines = cosines.data(),
              .sines = sines.data(),
              .stride = columns,
              .direction = static_cast<float>(direction)});
  CHECK_THAT(x.single, close_to(x.twice, kTolerance));
}

TEST_CASE("Kernels of AdamW", "[kernels]") {
  const auto& set = each_kernel_set();
  const Index count = GENERATE(range(Index{1}, Index{36}));
  CAPTURE(count);
  RandomState random(8);
  Numbers parameters(random, count);
  Numbers gradients(random, count);
  AdamW<double> plain(count, {});
  std::vector<float> mean(static_cast<std::size_t>(count));
  std::vector<float> variance = mean;
  for (int step = 1; step <= 3; ++step) {
    plain.begin_step();
    plain.update(0, parameters.twice, gradients.twice, 0.01, true);
    set.adamw({.parameters = parameters.single.data(),
               .gradients = gradients.single.data(),
               .mean = mean.data(),
               .variance = variance.data(),
               .count = count,
               .beta1 = 0.9F,
               .beta2 = 0.999F,
               .mean_share = 0.1F,
               .variance_share = 0.001F,
               .epsilon = 1e-8F,
               .decay_factor = 0.9999F,
               .step_size = static_cast<float>(0.01 / (1 - std::pow(0.9, step))),
               .variance_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, step)))});
  }
  CHECK_THAT(parameters.single, close_to(parameters.twice, kTolerance));
}

TEST_CASE("Kernels of GELU and SwiGLU and of their gradients", "[kernels]") {
  const auto& set = each_kernel_set();
  // Up to 37 numbers from −9 to 9, where both have long reached their limits.
  const Index count = GENERATE(Index{1}, Index{5}, Index{16}, Index{37});
  CAPTURE(count);
  RandomState random(8);
  Numbers x(random, count);
  for (Index i = 0; i < count; ++i)
    x.twice[static_cast<std::size_t>(i)] = x.single[static_cast<std::size_t>(i)] = static_cast<float>(i - 18) / 2;
  Numbers up(random, count);
  Numbers y(random, count);
  Numbers g(random, count);
  Numbers dgate(random, count);
  // The numbers are up to 9: ten times the rounding of those of about 1.
  constexpr double kWider = 10 * kTolerance;
  SECTION("GELU") {
    gelu<double>(x.twice, y.twice);
    gelu_backward<double>(x.twice, g.twice);
    set.gelu(x.single.data(), y.single.data(), count);
    set.gelu_backward(x.single.data(), g.single.data(), count);
  }
  SECTION("SwiGLU") {
    swiglu<double>(x.twice, up.twice, y.twice);
    swiglu_backward<double>(x.twice, up.twice, dgate.twice, g.twice);
    set.swiglu(x.single.data(), up.single.data(), y.single.data(), count);
    set.swiglu_backward(x.single.data(), up.single.data(), dgate.single.data(), g.single.data(), count);
  }
  CHECK_THAT(y.single, close_to(y.twice, kWider));
  CHECK_THAT(g.single, close_to(g.twice, kWider));
  CHECK_THAT(dgate.single, close_to(dgate.twice, kWider));
}
