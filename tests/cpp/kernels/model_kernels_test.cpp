#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/kernels/dispatch.h"
#include "heed/ops/weight_blocks.h"
#include "heed/tensor/half.h"

// Each instruction set's linear layers against plain sums in float64, for sizes around those of vectors, tiles and blocks.

using namespace heed;
using heed::kernels::LinearLayer;
using heed::kernels::WeightFormat;
using heed::test::close_to;
using heed::test::random_index;
using heed::test::random_tensor;

namespace {

/// Weights as stored in `bytes`, and the numbers that they stand for (outputs × inputs).
struct Stored {
  std::vector<std::byte> bytes;
  std::vector<float> scales;
  std::vector<float> numbers;
  Index stride = 0;
};

template <typename Number>
void put(std::vector<std::byte>& bytes, Index at, Number number) {
  std::memcpy(bytes.data() + static_cast<std::size_t>(at) * sizeof number, &number, sizeof number);
}

Stored random_weights(RandomState& random, WeightFormat format, Index outputs, Index inputs, bool inputs_first) {
  Stored stored;
  stored.numbers = random_tensor(random, {1, 1, outputs, inputs}).data;
  const auto row = [&](Index output) {
    return std::span(stored.numbers)
        .subspan(static_cast<std::size_t>(output * inputs), static_cast<std::size_t>(inputs));
  };
  if (format == WeightFormat::kQ8 || format == WeightFormat::kQ4) {
    const ElementType type = format == WeightFormat::kQ8 ? ElementType::kQ8 : ElementType::kQ4;
    const auto blocks = static_cast<std::size_t>(blocks_of(inputs));
    stored.stride = blocks_of(inputs) * block_bytes(type);
    stored.bytes.resize(static_cast<std::size_t>(outputs * stored.stride));
    stored.scales.resize(static_cast<std::size_t>(outputs) * blocks);
    for (Index o = 0; o < outputs; ++o) {
      const auto levels =
          std::span(stored.bytes)
              .subspan(static_cast<std::size_t>(o * stored.stride), static_cast<std::size_t>(stored.stride));
      const auto scales = std::span(stored.scales).subspan(static_cast<std::size_t>(o) * blocks, blocks);
      to_blocks(type, row(o), levels, scales);
      from_blocks(type, levels, scales, row(o));
    }
    return stored;
  }
  const Index size = format == WeightFormat::kF32 ? 4 : 2;
  stored.stride = (inputs_first ? outputs : inputs) * size;
  stored.bytes.resize(static_cast<std::size_t>(outputs * inputs * size));
  for (Index o = 0; o < outputs; ++o)
    for (Index i = 0; i < inputs; ++i) {
      const Index at = inputs_first ? i * outputs + o : o * inputs + i;
      float& number = row(o)[static_cast<std::size_t>(i)];
      if (format == WeightFormat::kF32) {
        put(stored.bytes, at, number);
      } else if (format == WeightFormat::kF16) {
        put(stored.bytes, at, to_half(number));
        number = from_half(to_half(number));
      } else {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &number, sizeof bits);
        const auto upper = static_cast<std::uint16_t>(bits >> 16);
        put(stored.bytes, at, upper);
        number = from_bfloat16(upper);
      }
    }
  return stored;
}

}  // namespace

TEST_CASE("Kernels of linear layers, for every format of weights", "[kernels][linear]") {
  const auto& sets = kernels::available_for_models();
  const kernels::ModelKernelSet& set = sets[GENERATE_COPY(Catch::Generators::range(std::size_t{0}, sets.size()))];
  using enum WeightFormat;
  const WeightFormat format = GENERATE(kF32, kF16, kBF16, kQ8, kQ4);
  const bool inputs_first = GENERATE(false, true);
  const bool blocks = format == kQ8 || format == kQ4;
  if (blocks && inputs_first) return;
  const auto seed = GENERATE(Catch::Generators::range(1U, 14U));
  RandomState random(seed);
  // From seed 11 on whole strips, in several panels; rows of inputs stay where they lie unless they are 8 KB apart (seed 13).
  const bool whole = seed > 10;
  const Index rows = seed < 4 ? static_cast<Index>(seed) : seed == 10 ? 600 : random_index(random, 4, 40);
  const Index outputs = whole ? (seed == 11   ? 320
                                 : seed == 12 ? 576
                                              : 2048)
                              : random_index(random, 1, seed == 10 ? 20 : 160);
  const Index inputs =
      whole || seed % 4 == 2 ? random_index(random, 256, whole ? 600 : 1000) : random_index(random, 0, 100);
  const Index first = random_index(random, 0, outputs / (whole ? 128 : 64)) * 64;
  const Index last = whole ? outputs : random_index(random, first, outputs);
  CAPTURE(set.name, format, inputs_first, rows, outputs, inputs, first, last);
  const Stored weights = random_weights(random, format, outputs, inputs, inputs_first);
  const auto x = random_tensor(random, {1, 1, rows, inputs});
  const auto bias = random_tensor(random, {1, 1, 1, outputs});
  std::vector<float> y(static_cast<std::size_t>(rows * outputs), -7.0F);
  std::vector<double> expected(y.begin(), y.end());
  double largest = 1;
  for (Index i = 0; i < rows; ++i)
    for (Index o = first; o < last; ++o) {
      double sum = static_cast<double>(bias.data[static_cast<std::size_t>(o)]);
      double sizes = std::abs(sum);
      for (Index k = 0; k < inputs; ++k) {
        const double product = static_cast<double>(x.data[static_cast<std::size_t>(i * inputs + k)]) *
                               static_cast<double>(weights.numbers[static_cast<std::size_t>(o * inputs + k)]);
        sum += product;
        sizes += std::abs(product);
      }
      expected[static_cast<std::size_t>(i * outputs + o)] = sum;
      largest = std::max(largest, sizes);
    }
  const auto size = static_cast<std::size_t>(kernels::linear_workspace_size(rows));
  std::vector<float> workspace(size + 16);
  auto* start = static_cast<void*>(workspace.data());
  std::size_t space = workspace.size() * sizeof(float);
  std::align(64, size * sizeof(float), start, space);
  set.apply({.x = x.data.data(),
             .x_stride = inputs,
             .rows = rows,
             .inputs = inputs,
             .weights = reinterpret_cast<const unsigned char*>(weights.bytes.data()),
             .format = format,
             .stride = weights.stride,
             .inputs_first = inputs_first,
             .scales = weights.scales.data(),
             .first = first,
             .last = last,
             .bias = bias.data.data(),
             .y = y.data(),
             .y_stride = outputs},
            static_cast<float*>(start));
  // Some units in the last place of Σ |x w|; x rounded to 16 bits errs by up to 1 / 65534 of the largest of 256 of it, which is
  // up to about four times the mean, with errors of either sign.
  const double unit = static_cast<double>(std::numeric_limits<float>::epsilon());
  CHECK_THAT(y, close_to(expected, (blocks && rows <= 3 ? 4.0 / 65534 : 8 * unit) * largest));
}

TEST_CASE("Kernels of linear layers with blocks show what is not finite", "[kernels][linear]") {
  const auto& sets = kernels::available_for_models();
  const kernels::ModelKernelSet& set = sets[GENERATE_COPY(Catch::Generators::range(std::size_t{0}, sets.size()))];
  CAPTURE(set.name);
  RandomState random(3);
  const Index inputs = 70;
  const Stored weights = random_weights(random, WeightFormat::kQ8, 5, inputs, false);
  auto x = random_tensor(random, {1, 1, 1, inputs}).data;
  x[static_cast<std::size_t>(GENERATE(0, 33, 69))] = GENERATE(NAN, INFINITY, -INFINITY);
  std::vector<float> y(5);
  set.apply({.x = x.data(),
             .x_stride = inputs,
             .rows = 1,
             .inputs = inputs,
             .weights = reinterpret_cast<const unsigned char*>(weights.bytes.data()),
             .format = WeightFormat::kQ8,
             .stride = weights.stride,
             .inputs_first = false,
             .scales = weights.scales.data(),
             .first = 0,
             .last = 5,
             .bias = nullptr,
             .y = y.data(),
             .y_stride = 5},
            nullptr);
  for (const float number : y) CHECK(std::isnan(number));
}
