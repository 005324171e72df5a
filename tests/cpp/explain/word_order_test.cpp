#include "explain/word_order.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>

#include "../support/close_to.h"
#include "heed/tensor/random.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using Catch::Matchers::WithinAbs;
using heed::test::close_to;

namespace {

constexpr Index kWords = 6;
constexpr Index kDim = 16;
constexpr int kOriginal[] = {0, 1, 2, 3, 4, 5};
constexpr int kShuffled[] = {4, 1, 5, 0, 3, 2};

/// The words 0 and 4 are equal.
Tensor<float> some_words() {
  RandomState random(3);
  Tensor<float> words({1, 1, kWords, kDim}, "the words");
  for (float& number : words.data) number = static_cast<float>(random.normal());
  std::copy_n(words.data.begin(), kDim, words.data.begin() + 4 * kDim);
  return words;
}

const float* row(const Tensor<float>& tensor, Index i) { return tensor.data.data() + i * tensor.shape.dim; }

}  // namespace

TEST_CASE("Without positions the order of the words changes no word's output", "[word_order]") {
  const auto result = word_order(some_words(), kShuffled, WordPositions::kNone);
  // Float32 sums of six terms of size 1 in another order.
  for (const float change : result.change.data) CHECK_THAT(change, WithinAbs(0, 2e-6));
  CHECK(std::ranges::all_of(result.effect.data, [](float number) { return number == 0; }));
}

TEST_CASE("Without positions equal words have equal outputs, with positions they differ", "[word_order]") {
  const auto positions =
      GENERATE(WordPositions::kNone, WordPositions::kSinusoids, WordPositions::kRotary, WordPositions::kRelativeBias);
  const auto result = word_order(some_words(), kOriginal, positions);
  float most = 0;
  for (Index c = 0; c < kDim; ++c) most = std::max(most, std::abs(row(result.output, 0)[c] - row(result.output, 4)[c]));
  if (positions == WordPositions::kNone)
    CHECK(most == 0);
  else
    CHECK(most > 1e-3F);
}

TEST_CASE("With positions another order changes outputs, the original order none", "[word_order]") {
  const auto positions = GENERATE(WordPositions::kSinusoids, WordPositions::kRotary, WordPositions::kRelativeBias);
  const auto same = word_order(some_words(), kOriginal, positions);
  CHECK(std::ranges::all_of(same.change.data, [](float change) { return change == 0; }));
  const auto shuffled = word_order(some_words(), kShuffled, positions);
  CHECK(std::ranges::max(shuffled.change.data) > 0.01F);
}

TEST_CASE("A relative bias adds half of the distance, with a minus sign, whatever the words are", "[word_order]") {
  const auto result = word_order(some_words(), kShuffled, WordPositions::kRelativeBias);
  for (Index i = 0; i < kWords; ++i)
    for (Index j = 0; j < kWords; ++j)
      CHECK_THAT(row(result.effect, i)[j], WithinAbs(-0.5 * std::abs(static_cast<double>(i - j)), 2e-6));
}

TEST_CASE("Rotary positions change no score of a word with itself, and equal distances equally", "[word_order]") {
  // All words equal: logits then depend on the distance alone.
  Tensor<float> words = some_words();
  for (Index i = 1; i < kWords; ++i) std::copy_n(words.data.begin(), kDim, words.data.begin() + i * kDim);
  const auto result = word_order(words, kOriginal, WordPositions::kRotary);
  double squared[kDim / 2] = {};
  for (Index pair = 0; pair < kDim / 2; ++pair)
    squared[pair] = std::pow(words.data[static_cast<std::size_t>(2 * pair)], 2) +
                    std::pow(words.data[static_cast<std::size_t>(2 * pair + 1)], 2);
  for (Index i = 0; i < kWords; ++i)
    for (Index j = 0; j < kWords; ++j) {
      // RoFormer, equation 16, for q = k: Σ |pair|² cos((i − j) θ) / √d_k.
      double expected = 0;
      for (Index pair = 0; pair < kDim / 2; ++pair)
        expected += squared[pair] *
                    std::cos(static_cast<double>(i - j) * std::pow(10000.0, -2.0 * static_cast<double>(pair) / kDim));
      CHECK_THAT(row(result.logits, i)[j], WithinAbs(expected / std::sqrt(kDim), 1e-5));
    }
}

TEST_CASE("Sinusoids are those of the paper", "[word_order]") {
  const auto positions = sinusoids(3, 4);
  // PE(p, 0) = sin p, PE(p, 1) = cos p, PE(p, 2) = sin(p / 100), PE(p, 3) = cos(p / 100).
  const std::vector<double> expected{0,           1,           0,           1,           0.841470985,
                                     0.540302306, 0.009999833, 0.999950000, 0.909297427, -0.416146837,
                                     0.019998667, 0.999800007};
  CHECK_THAT(positions.data, close_to(expected, 1e-7));
}

TEST_CASE("Sinusoids are added to queries and keys", "[word_order]") {
  const Tensor<float> words = some_words();
  const auto result = word_order(words, kOriginal, WordPositions::kSinusoids);
  const auto positions = sinusoids(kWords, kDim);
  for (Index i = 0; i < kWords; ++i)
    for (Index j = 0; j < kWords; ++j) {
      double effect = 0;
      for (Index c = 0; c < kDim; ++c) {
        const double x = row(words, i)[c], y = row(words, j)[c];
        const double p = row(positions, i)[c], q = row(positions, j)[c];
        effect += x * q + p * y + p * q;
      }
      CHECK_THAT(row(result.effect, i)[j], WithinAbs(effect / std::sqrt(kDim), 1e-5));
    }
}

TEST_CASE("What is no order of the words is refused", "[word_order]") {
  const auto refuses = [](std::vector<int> order, const char* why) {
    CHECK_THROWS_MATCHES(word_order(some_words(), order, WordPositions::kNone), std::invalid_argument, Message(why));
  };
  refuses({0, 1, 2}, "the order has 3 places for 6 words");
  refuses({0, 1, 2, 3, 4, 4}, "the order names word 4 twice");
  refuses({0, 1, 2, 3, 4, 6}, "the order names word 6 of 6");
  CHECK_THROWS_MATCHES(word_order(Tensor<float>({1, 1, 6, 3}), kOriginal, WordPositions::kNone), std::invalid_argument,
                       Message("the words have shape (1, 1, 6, 3); it must be (1, 1, words, dim) with an even dim"));
}
