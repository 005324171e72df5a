#include "explain/encoder_decoder/reversal.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using Tokens = std::vector<std::int32_t>;

namespace {

std::string shipped_bytes() {
  std::ifstream stream(std::string(HEED_FIXTURES) + "/../../web/public/models/reversal.safetensors", std::ios::binary);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Safetensors shipped() {
  const std::string bytes = shipped_bytes();
  return read_safetensors(std::as_bytes(std::span(bytes)));
}

Tokens tokens_of(const std::string& word) {
  Tokens tokens;
  for (const char letter : word) tokens.push_back(letter - 'a');
  return tokens;
}

EncoderDecoder<float> untrained() {
  RandomState random(4);
  return {{}, random};
}

}  // namespace

TEST_CASE("Words to reverse come with what the decoder is given, and what it is to predict", "[reversal]") {
  RandomState random(1);
  std::set<Index> lengths;
  for (int i = 0; i < 200; ++i) {
    const ReversalBatch words = draw_reversals(random, 3);
    const std::size_t length = words.source.size() / 3;
    lengths.insert(static_cast<Index>(length) - 1);
    REQUIRE(words.target.size() == words.source.size());
    REQUIRE(words.expected.size() == words.source.size());
    for (std::size_t b = 0; b < 3; ++b) {
      const auto part = [&](const Tokens& all) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(b * length);
        return Tokens(first, first + static_cast<std::ptrdiff_t>(length));
      };
      Tokens word = part(words.source);
      CHECK(word.back() == kWordEnd);
      word.pop_back();
      CHECK(std::ranges::all_of(word, [](std::int32_t token) { return token >= 0 && token < kLetters; }));
      std::ranges::reverse(word);
      Tokens target = word;
      target.insert(target.begin(), kWordStart);
      word.push_back(kWordEnd);
      CHECK(part(words.target) == target);
      CHECK(part(words.expected) == word);
    }
  }
  CHECK(lengths.size() == static_cast<std::size_t>(kLongestWord));
  CHECK(*lengths.begin() == 1);
  CHECK(*lengths.rbegin() == kLongestWord);
}

TEST_CASE("The page's encoder-decoder reverses words, each letter by cross-attention to the one that it repeats",
          "[reversal][shipped models]") {
  CHECK(shipped_bytes().size() <= 60'000);
  const Safetensors file = shipped();
  auto network = read_encoder_decoder(file);
  RandomState random(99);
  const ReversalScore score = evaluate_reversals(network, random, 500);
  CHECK(score.words >= 0.99);
  CHECK(score.opposite > 0.9);
  // What the file says is of 2000 other words.
  CHECK(std::abs(score.words - std::stod(file.metadata.at("words_right"))) < 0.01);
  CHECK(std::abs(score.opposite - std::stod(file.metadata.at("opposite_weight"))) < 0.02);
  CHECK(file.metadata.at("command") == "npm run train:reversal");
  // A word with equal letters: where a letter stands decides, not which it is.
  const Reversal reversal = write_reversal(network, tokens_of("attention"));
  Tokens expected = tokens_of("noitnetta");
  expected.insert(expected.begin(), kWordStart);
  CHECK(reversal.target == expected);
  CHECK(reversal.cross.shape == Shape{1, 1, 10, 10});
  CHECK(reversal.encoder.shape == Shape{1, 1, 10, 10});
  CHECK(reversal.decoder.shape == Shape{1, 1, 10, 10});
}

TEST_CASE("Probabilities and weights of a reversal are distributions, and the decoder's are causal", "[reversal]") {
  auto network = untrained();
  const Reversal reversal = write_reversal(network, tokens_of("abca"));
  const Index written = static_cast<Index>(reversal.target.size());
  CHECK(written <= network.config().context);
  for (const Tensor<float>* tensor : {&reversal.probabilities, &reversal.encoder, &reversal.decoder, &reversal.cross})
    for (Index i = 0; i < tensor->shape.length; ++i) {
      double sum = 0;
      for (Index j = 0; j < tensor->shape.dim; ++j) sum += static_cast<double>(matrix(*tensor).row(i)[j]);
      CHECK(std::abs(sum - 1) < 1e-5);  // float32 sums of at most 28 numbers
    }
  for (Index i = 0; i < written; ++i)
    for (Index j = i + 1; j < written; ++j) CHECK(matrix(reversal.decoder).row(i)[j] == 0);
  // Each token is the likeliest after those before it.
  for (Index i = 0; i + 1 < written; ++i) {
    const float* row = matrix(reversal.probabilities).row(i);
    CHECK(std::max_element(row, row + 28) - row == reversal.target[static_cast<std::size_t>(i + 1)]);
  }
}

TEST_CASE("Words that cannot be reversed and files that hold no such network are refused", "[reversal]") {
  auto network = untrained();
  RandomState random(1);
  CHECK_THROWS_MATCHES(write_reversal(network, {}), std::invalid_argument,
                       Message("the word has 0 letters; it must have from 1 to 10"));
  CHECK_THROWS_MATCHES(write_reversal(network, Tokens(11)), std::invalid_argument,
                       Message("the word has 11 letters; it must have from 1 to 10"));
  CHECK_THROWS_MATCHES(write_reversal(network, Tokens{3, kWordEnd}), std::invalid_argument,
                       Message("token 27 is no letter; those are 0 to 25"));
  CHECK_THROWS_MATCHES(draw_reversals(random, 0), std::invalid_argument,
                       Message("a batch of 0 words was asked for; it must be at least 1"));

  Safetensors file = write_encoder_decoder(network);
  CHECK(std::ranges::equal(read_encoder_decoder(file).parameters(), network.parameters()));
  auto& values = file.tensors.at("decoder.cross_attention.query").values;
  values[5] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_MATCHES(read_encoder_decoder(file), std::invalid_argument,
                       Message("the model's decoder.cross_attention.query holds a number that is not finite"));
  values.resize(32 * 31);
  file.tensors.at("decoder.cross_attention.query").shape = {32, 31};
  CHECK_THROWS_MATCHES(read_encoder_decoder(file), std::invalid_argument,
                       Message("the model's decoder.cross_attention.query is not 32 × 32"));
  file.tensors.erase("decoder.cross_attention.query");
  CHECK_THROWS_MATCHES(read_encoder_decoder(file), std::invalid_argument,
                       Message("the model's file has no decoder.cross_attention.query"));
}
