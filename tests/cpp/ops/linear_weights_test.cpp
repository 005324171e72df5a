#include "heed/ops/linear_weights.h"

#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/ops/weight_blocks.h"
#include "heed/tensor/half.h"
#include "heed/threads/thread_pool.h"

using namespace heed;
using heed::test::close_to;
using heed::test::random_index;
using heed::test::random_tensor;

namespace {

template <typename Stored>
void append(std::vector<std::byte>& bytes, Stored number) {
  const auto* from = reinterpret_cast<const std::byte*>(&number);
  bytes.insert(bytes.end(), from, from + sizeof number);
}

void append(std::vector<std::byte>& bytes, ElementType type, float number) {
  if (type == ElementType::kF64) append(bytes, static_cast<double>(number));
  if (type == ElementType::kF32) append(bytes, number);
  if (type == ElementType::kF16) append(bytes, to_half(number));
  if (type == ElementType::kBF16) append(bytes, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16));
}

/// Random weights as a file would hold them, one byte off where numbers would be aligned, and junk between rows.
struct File {
  std::vector<std::byte> bytes{std::byte{0}};
  StoredMatrix matrix;

  File(RandomState& random, ElementType type, Index outputs, Index inputs, bool inputs_first, Index gap) {
    const Index rows = inputs_first ? inputs : outputs;
    const Index columns = inputs_first ? outputs : inputs;
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < columns; ++j) append(bytes, type, static_cast<float>(random.normal()));
      for (Index j = 0; j < gap; ++j) append(bytes, type, 1e4F);
    }
    matrix = {bytes.data() + 1, type, outputs, inputs, columns + gap, inputs_first};
  }

  /// The weight as stored.
  [[nodiscard]] double weight(Index output, Index input) const {
    const Index at = matrix.inputs_first ? input * matrix.stride + output : output * matrix.stride + input;
    const auto size = static_cast<std::size_t>(bits_of(matrix.type) / 8);
    const std::byte* from = matrix.data + static_cast<std::size_t>(at) * size;
    if (matrix.type == ElementType::kF64) {
      double number = 0;
      std::memcpy(&number, from, size);
      return number;
    }
    float number = 0;
    widen(matrix.type, {from, size}, {&number, 1});
    return static_cast<double>(number);
  }
};

/// x Wᵀ + bias in float64 with the weights that `row` gives, and the largest Σ |x w| of an element.
struct Reference {
  std::vector<double> y;
  double size = 1;

  Reference(const LinearWeights& weights, const MatrixView<const float>& x, const float* bias) {
    std::vector<float> row(static_cast<std::size_t>(weights.inputs()));
    y.resize(static_cast<std::size_t>(x.rows * weights.outputs()));
    for (Index o = 0; o < weights.outputs(); ++o) {
      weights.row(o, row);
      for (Index i = 0; i < x.rows; ++i) {
        double sum = bias == nullptr ? 0 : static_cast<double>(bias[o]);
        double sizes = std::abs(sum);
        for (Index k = 0; k < x.columns; ++k) {
          const double product =
              static_cast<double>(x.row(i)[k]) * static_cast<double>(row[static_cast<std::size_t>(k)]);
          sum += product;
          sizes += std::abs(product);
        }
        y[static_cast<std::size_t>(i * weights.outputs() + o)] = sum;
        size = std::max(size, sizes);
      }
    }
  }
};

using enum ElementType;
const std::vector<std::pair<ElementType, ElementType>> kTypes{{kF32, kF32}, {kF16, kF16},  {kBF16, kBF16}, {kF64, kF64},
                                                              {kF64, kF32}, {kBF16, kF32}, {kF16, kF32},   {kF32, kQ8},
                                                              {kF32, kQ4},  {kBF16, kQ8},  {kF16, kQ4},    {kF64, kQ8}};

}  // namespace

TEST_CASE("Linear layers agree with float64 for all types of weights, orders and sizes", "[linear]") {
  const auto [stored, as] = GENERATE(Catch::Generators::from_range(kTypes));
  const bool inputs_first = GENERATE(false, true);
  const auto seed = GENERATE(Catch::Generators::range(1U, 13U));
  RandomState random(seed);
  const Index rows = seed % 3 == 0 ? 1 : random_index(random, 0, seed % 3 == 1 ? 9 : 80);
  const Index outputs = random_index(random, 0, 200);
  const Index inputs = random_index(random, seed % 4 == 0 ? 500 : 0, seed % 4 == 0 ? 700 : 150);
  const Index gap = random_index(random, 0, 3);
  CAPTURE(name_of(stored), name_of(as), inputs_first, rows, outputs, inputs, gap);
  const File file(random, stored, outputs, inputs, inputs_first, gap);
  const LinearWeights weights(file.matrix, as);
  CHECK(weights.outputs() == outputs);
  CHECK(weights.inputs() == inputs);
  CHECK(weights.type() == (as == kF64 ? kF32 : as));

  const auto x = random_tensor(random, {1, 1, rows, inputs + gap});
  const auto bias = random_tensor(random, {1, 1, 1, outputs});
  const float* const given_bias = seed % 2 == 0 ? bias.data.data() : nullptr;
  const MatrixView<const float> view{x.data.data(), rows, inputs, inputs + gap};
  const Reference expected(weights, view, given_bias);
  std::vector<float> y(static_cast<std::size_t>(rows * (outputs + gap)), -7.0F);
  ThreadPool pool(seed % 2 == 0 ? 3 : 1);
  weights.apply(view, given_bias, {y.data(), rows, outputs, outputs + gap}, seed % 4 == 1 ? nullptr : &pool);

  std::vector<float> result;
  for (Index i = 0; i < rows; ++i) {
    const auto row = y.begin() + i * (outputs + gap);
    result.insert(result.end(), row, row + outputs);
    CHECK(std::vector<float>(row + outputs, row + outputs + gap) ==
          std::vector<float>(static_cast<std::size_t>(gap), -7.0F));
  }
  // Sums of up to 700 terms err by some units in the last place of Σ |x w|; x rounded to 16 bits errs by up to 1 / 65534 of the
  // largest of 32 of it, which is up to about four times the mean.
  const bool rounds_x = (as == kQ8 || as == kQ4) && rows <= 3;
  const double unit = static_cast<double>(std::numeric_limits<float>::epsilon());
  const double tolerance = (rounds_x ? 4.0 / 65534 : 8 * unit) * expected.size;
  CHECK_THAT(result, close_to(expected.y, tolerance));
}

TEST_CASE("Rows are the weights as stored, or as near as blocks come", "[linear]") {
  const auto [stored, as] = GENERATE(Catch::Generators::from_range(kTypes));
  const bool inputs_first = GENERATE(false, true);
  RandomState random(5);
  const Index outputs = 5;
  const Index inputs = 77;
  const File file(random, stored, outputs, inputs, inputs_first, 2);
  const LinearWeights weights(file.matrix, as);
  const bool viewed = as == stored && as != kF64;
  CHECK((weights.owned_bytes() == 0) == viewed);
  std::vector<float> row(inputs);
  for (Index o = 0; o < outputs; ++o) {
    weights.row(o, row);
    for (Index k = 0; k < inputs; ++k) {
      const Index block = k / kBlockWeights * kBlockWeights;
      double largest = 0;
      for (Index i = block; i < std::min(inputs, block + kBlockWeights); ++i)
        largest = std::max(largest, std::abs(file.weight(o, i)));
      // As weight_blocks.h says; and a float32's rounding of a float64.
      const double error = as == kQ8 ? largest / 254 : as == kQ4 ? largest / 8 : stored == kF64 ? 1e-7 * largest : 0;
      CHECK(std::abs(static_cast<double>(row[static_cast<std::size_t>(k)]) - file.weight(o, k)) <= error * (1 + 1e-5));
    }
  }
}

TEST_CASE("Copies of linear weights outlive the original", "[linear]") {
  RandomState random(6);
  const File file(random, kF32, 3, 40, false, 0);
  std::vector<float> row(40);
  std::vector<float> row_of_copy(40);
  auto weights = std::make_unique<LinearWeights>(file.matrix, kQ8);
  weights->row(2, row);
  const LinearWeights copy = *weights;  // NOLINT(performance-unnecessary-copy-initialization)
  weights.reset();
  copy.row(2, row_of_copy);
  CHECK(row == row_of_copy);
}

TEST_CASE("Halves of every kind are widened exactly: subnormals, infinities, NaN, zeros", "[linear]") {
  std::vector<std::uint16_t> halves;
  for (const int bits : {0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x3C00, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00})
    halves.push_back(static_cast<std::uint16_t>(bits));
  const auto outputs = static_cast<Index>(halves.size());
  const bool inputs_first = GENERATE(false, true);
  const Index rows = GENERATE(1, 40);
  const LinearWeights weights(
      {reinterpret_cast<const std::byte*>(halves.data()), kF16, outputs, 1, inputs_first ? outputs : 1, inputs_first},
      kF16);
  const std::vector<float> x(static_cast<std::size_t>(rows), 1.0F);
  std::vector<float> y(static_cast<std::size_t>(rows * outputs));
  weights.apply(matrix(x.data(), rows, Index{1}), nullptr, matrix(y.data(), rows, outputs));
  std::vector<float> expected;
  for (Index i = 0; i < rows; ++i)
    for (const std::uint16_t half : halves) expected.push_back(from_half(half));
  CHECK_THAT(y, close_to(expected, 0));
}

TEST_CASE("Linear weights and inputs of other sizes or types are refused", "[linear]") {
  const std::vector<float> numbers(12, 1.0F);
  const auto* data = reinterpret_cast<const std::byte*>(numbers.data());
  const auto refuses = [](const StoredMatrix& stored, ElementType as, const char* why) {
    CHECK_THROWS_MATCHES(LinearWeights(stored, as), std::invalid_argument, Catch::Matchers::Message(why));
  };
  refuses({data, kF32, -1, 4, 4, false}, kF32, "weights are (-1 × 4); sizes must not be negative");
  refuses({data, kI32, 3, 4, 4, false}, kF32, "weights are stored as I32; F64, F32, F16 and BF16 can be used");
  refuses({data, kF32, 3, 4, 4, false}, kBF16,
          "weights stored as F32 cannot be held as BF16; as F32, F32, Q8 or Q4 they can");
  refuses({data, kF32, 3, 4, 3, false}, kF32, "rows of 4 weights cannot lie 3 apart");
  refuses({nullptr, kF32, 3, 4, 4, false}, kF32, "weights of (3 × 4) have no data");
  const Index many = std::numeric_limits<Index>::max() / 2;
  refuses({data, kF32, many, 4, 4, false}, kF32,
          message({"weights of (", many, " × 4) are more than can be counted"}).c_str());
  const float bad = GENERATE(NAN, INFINITY);
  const std::vector<float> with_bad{1, 2, 3, bad};
  refuses({reinterpret_cast<const std::byte*>(with_bad.data()), kF32, 1, 4, 4, false}, kQ8,
          std::isnan(bad) ? "weight 3 of a row is nan, which has no Q8 value"
                          : "weight 3 of a row is inf, which has no Q8 value");

  const LinearWeights weights({data, kF32, 3, 4, 4, false}, kF32);
  std::vector<float> x(8);
  std::vector<float> y(6);
  const auto fails = [&](Index x_rows, Index x_columns, Index y_rows, Index y_columns, Index y_stride,
                         const char* why) {
    CHECK_THROWS_MATCHES(
        weights.apply({x.data(), x_rows, x_columns, x_columns}, nullptr, {y.data(), y_rows, y_columns, y_stride}),
        std::invalid_argument, Catch::Matchers::Message(why));
  };
  fails(2, 4, 1, 3, 3, "x has 2 rows but y has 1");
  fails(2, 3, 2, 3, 3, "x has 3 columns but the weights have 4 inputs");
  fails(2, 4, 2, 2, 2, "y has 2 columns but the weights have 3 outputs");
  fails(2, 4, 2, 3, 2, "rows of 4 and 3 numbers cannot lie 4 and 2 apart");
  CHECK_THROWS_MATCHES(weights.row(3, std::span(x).first(4)), std::invalid_argument,
                       Catch::Matchers::Message("there is no output 3 among 3"));
  CHECK_THROWS_MATCHES(weights.row(1, x), std::invalid_argument,
                       Catch::Matchers::Message("an output has 4 weights but there is room for 8"));
}
