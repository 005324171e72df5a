#include "heed/model/generator.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "../support/model_fixture.h"
#include "heed/model/load_model.h"

using namespace heed;
using heed::test::ModelFixture;

namespace {

LoadedModel load(const char* name) {
  const ModelFixture fixture(name);
  return load_model(read_model_files(fixture.files()));
}

ForwardInput input_of(const std::vector<std::int32_t>& ids) {
  ForwardInput input;
  input.ids = ids;
  return input;
}

std::vector<Index> generate(const Model& model, const std::vector<std::int32_t>& ids,
                            const GenerationOptions& options) {
  Generator generator(model, input_of(ids), options);
  std::vector<Index> generated;
  while (const auto token = generator.next()) generated.push_back(token->id);
  CHECK_FALSE(generator.next().has_value());
  return generated;
}

}  // namespace

TEST_CASE("a text ends with an end token, after so many tokens, or with the context", "[model]") {
  const LoadedModel gpt2 = load("gpt2");  // its context is 64
  const std::vector<std::int32_t> ids{5, 6, 7};
  GenerationOptions options;
  options.end_tokens = std::vector<Index>{};
  options.max_new_tokens = 100;
  const std::vector<Index> all = generate(gpt2.model, ids, options);
  CHECK(all.size() == 61);
  options.max_new_tokens = 4;
  CHECK(generate(gpt2.model, ids, options) == std::vector<Index>(all.begin(), all.begin() + 4));
  options.max_new_tokens = 0;
  CHECK(generate(gpt2.model, ids, options).empty());
  // The end token is part of the text.
  options.max_new_tokens = 100;
  options.end_tokens = std::vector<Index>{all[5]};
  const auto first = std::ranges::find(all, all[5]);
  CHECK(generate(gpt2.model, ids, options) == std::vector<Index>(all.begin(), first + 1));
  CHECK(gpt2.model.architecture().end_tokens == std::vector<Index>{2});
}

TEST_CASE("the same seed gives the same text, another one another", "[model]") {
  const LoadedModel gpt2 = load("gpt2");
  GenerationOptions options;
  options.end_tokens = std::vector<Index>{};
  options.sampling.temperature = 1;
  options.seed = 3;
  const std::vector<Index> once = generate(gpt2.model, {5}, options);
  CHECK(generate(gpt2.model, {5}, options) == once);
  options.seed = 4;
  CHECK(generate(gpt2.model, {5}, options) != once);
}

TEST_CASE("generation names what does not fit", "[model]") {
  const LoadedModel gpt2 = load("gpt2");
  const LoadedModel bert = load("bert");
  const std::vector<std::int32_t> ids{5, 6};
  const std::vector<std::int32_t> none;
  CHECK_THROWS_WITH(Generator(bert.model, input_of(ids)), "a model of kind encoder continues no text; decoders do");
  CHECK_THROWS_WITH(Generator(gpt2.model, input_of(none)), "there are no tokens to continue");
  GenerationOptions options;
  options.max_new_tokens = -1;
  CHECK_THROWS_WITH(Generator(gpt2.model, input_of(ids), options),
                    "max_new_tokens is -1; it must be from 0 to 1048576");
  options = {};
  options.sampling.top_p = 2;
  CHECK_THROWS_WITH(Generator(gpt2.model, input_of(ids), options), "top_p is 2; it must be above 0 and at most 1");
  const std::vector<std::int32_t> long_text(65, 5);
  CHECK_THROWS_WITH(Generator(gpt2.model, input_of(long_text)), "the text has 65 tokens but the model's context is 64");
  ForwardInput masked = input_of(ids);
  const std::vector<std::uint8_t> mask{0, 1};
  masked.attention_mask = mask;
  CHECK_THROWS_WITH(Generator(gpt2.model, masked),
                    "the attention mask hides token 0; a text that is continued has none hidden");
  const std::vector<std::uint8_t> all(2, 1);
  masked.attention_mask = all;
  CHECK(Generator(gpt2.model, masked).next()->id == Generator(gpt2.model, input_of(ids)).next()->id);
  masked.attention_mask = std::span(all).first(1);
  CHECK_THROWS_WITH(Generator(gpt2.model, masked), "the attention mask has 1 numbers for 2 tokens");
  const std::vector<std::int32_t> unknown{256};
  Generator beyond(gpt2.model, input_of(unknown));
  CHECK_THROWS_AS(beyond.next(), std::invalid_argument);
}
