#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../support/transformer_weights.h"
#include "heed/io/safetensors.h"

using namespace heed;
using heed::test::TransformerWeights;

// transformer_fixtures_test.cpp says of small models that are kept here what this says of trained ones.

namespace {

// Models that others trained, in the folder that the environment variable HEED_MODELS names; they are not kept here.
std::string folder() {
  const char* path = std::getenv("HEED_MODELS");
  if (path == nullptr) SKIP("HEED_MODELS names no folder of models");
  return std::string(path) + "/";
}

std::vector<char> bytes_of(const std::string& name) {
  std::ifstream stream(folder() + name, std::ios::binary);
  if (!stream) SKIP("there is no " + name + " in HEED_MODELS");
  return {std::istreambuf_iterator<char>(stream), {}};
}

TransformerWeights weights_of(const std::string& name, const TransformerConfig& config) {
  const std::vector<char> bytes = bytes_of(name);
  const Safetensors file = read_safetensors(std::as_bytes(std::span(bytes)));
  TransformerWeights weights(config);
  for (const auto& [tensor, entry] : file.tensors) weights.tensors[tensor] = {entry.shape, entry.values};
  return weights;
}

/// The likeliest token after a sequence.
std::int32_t next(Transformer<float>& model, const std::vector<std::int32_t>& tokens) {
  const MatrixView<const float> logits = model.forward(tokens, 1);
  const float* last = logits.data + (static_cast<Index>(tokens.size()) - 1) * model.config().vocabulary;
  return static_cast<std::int32_t>(std::max_element(last, last + model.config().vocabulary) - last);
}

/// The tokens' texts, in llama2.c's format: the longest's length; of each a float32 score, its length, its bytes.
std::vector<std::string> vocabulary_of(const std::string& name, std::size_t size) {
  const std::vector<char> bytes = bytes_of(name);
  std::vector<std::string> texts;
  std::size_t at = 4;
  while (texts.size() < size) {
    REQUIRE(at + 8 <= bytes.size());
    std::int32_t length = 0;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at + 4), 4, reinterpret_cast<char*>(&length));
    at += 8;
    REQUIRE(at + static_cast<std::size_t>(length) <= bytes.size());
    texts.emplace_back(bytes.data() + at, static_cast<std::size_t>(length));
    at += static_cast<std::size_t>(length);
  }
  return texts;
}

}  // namespace

TEST_CASE("A trained Llama writes the story it is known to write", "[real-models]") {
  TransformerWeights loader = weights_of("stories260K.safetensors", {.vocabulary = 512,
                                                                     .context = 512,
                                                                     .layers = 5,
                                                                     .heads = 8,
                                                                     .kv_heads = 4,
                                                                     .d_model = 64,
                                                                     .feed_forward = FeedForward::kSwiGlu,
                                                                     .d_ff = 172,
                                                                     .norm = Norm::kRms,
                                                                     .tied = true});
  copy_llama(loader, [&](const std::string& to, const std::string& from) { loader.transpose(to, from); });

  const std::vector<std::string> texts = vocabulary_of("tok512.bin", 512);
  const std::string story =
      "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a "
      "big, red ball. She wanted to play with it, but it was too high.";
  std::vector<std::int32_t> tokens{1};  // the beginning of a text
  std::string written;
  while (written.size() <= story.size() && tokens.size() < 200) {
    tokens.push_back(next(loader.model, tokens));
    written += texts[static_cast<std::size_t>(tokens.back())];
  }
  CHECK(written.substr(1, story.size()) == story);  // after the space that every text begins with
}

TEST_CASE("A trained GPT-2 sorts", "[real-models]") {
  TransformerWeights loader = weights_of("gpt-nano-sort.safetensors", {.vocabulary = 3,
                                                                       .context = 11,
                                                                       .layers = 3,
                                                                       .heads = 3,
                                                                       .d_model = 48,
                                                                       .feed_forward = FeedForward::kGelu,
                                                                       .positions = Positions::kLearned,
                                                                       .bias = true});
  copy_gpt2(loader, "transformer.", [&](const std::string& to, const std::string& from, Index skipped) {
    loader.transpose(to, from, skipped);
  });
  loader.copy("unembedding", "lm_head.weight");

  // Every sequence of six of the three letters.
  int sorted = 0;
  for (int number = 0; number < 729; ++number) {
    std::vector<std::int32_t> tokens;
    for (int rest = number, i = 0; i < 6; ++i, rest /= 3) tokens.push_back(rest % 3);
    std::vector<std::int32_t> expected = tokens;
    std::sort(expected.begin(), expected.end());
    while (tokens.size() < 12) tokens.push_back(next(loader.model, tokens));
    sorted += std::equal(expected.begin(), expected.end(), tokens.begin() + 6) ? 1 : 0;
  }
  CHECK(sorted == 729);
}
