// What generation_config.json asks of texts, by hand: each rule on logits whose changed values are known.

#include "heed/model/architecture/generation_rules.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>

#include "../support/loaded_fixture.h"
#include "heed/model/architecture/parse_fields.h"
#include "heed/model/generator.h"
#include "heed/model/model_run.h"

using namespace heed;
using Catch::Matchers::Message;
using heed::test::ModelFixture;

namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

GenerationRules rules_of(const std::string& json) {
  return generation_rules(parse_fields(json, "generation_config.json"), 6);
}

/// The logits of six tokens, changed.
std::vector<float> changed(const std::string& json, const std::vector<std::int32_t>& ids, const TextSoFar& text = {}) {
  std::vector<float> logits{4, -4, 2, -2, 1, 0};
  TextSoFar all = text;
  all.ids = ids;
  apply_rules(rules_of(json), all, logits);
  return logits;
}

LoadedModel load(const std::string& name, const Json& generation) {
  const ModelFixture fixture(name);
  ModelFiles files = read_model_files(fixture.files());
  files.generation_config = generation.dump();
  return load_model(std::move(files));
}

std::vector<Index> continued(const Model& model, const std::vector<std::int32_t>& ids, Index count) {
  GenerationOptions options;
  options.max_new_tokens = count;
  ForwardInput input;
  input.ids = ids;
  Generator generator(model, input, options);
  std::vector<Index> text;
  while (const auto token = generator.next()) text.push_back(token->id);
  return text;
}

}  // namespace

TEST_CASE("rules of texts change the logits that they name, and no others", "[model]") {
  using Logits = std::vector<float>;
  CHECK(changed("{}", {0, 1}) == Logits{4, -4, 2, -2, 1, 0});
  // Each token once, however often the text has it.
  CHECK(changed(R"({"repetition_penalty": 2})", {0, 1, 0, 5}) == Logits{2, -8, 2, -2, 1, 0});
  CHECK(changed(R"({"repetition_penalty": 1.0})", {0, 1}) == Logits{4, -4, 2, -2, 1, 0});
  // 0 1 has been followed by 2, and by 3.
  CHECK(changed(R"({"no_repeat_ngram_size": 3})", {0, 1, 2, 0, 1, 3, 0, 1}) == Logits{4, -4, kNever, kNever, 1, 0});
  CHECK(changed(R"({"no_repeat_ngram_size": 3})", {0, 1, 2, 1, 0}) == Logits{4, -4, 2, -2, 1, 0});
  CHECK(changed(R"({"no_repeat_ngram_size": 1})", {4}) == Logits{4, -4, 2, -2, kNever, 0});
  CHECK(changed(R"({"no_repeat_ngram_size": 9})", {0, 1}) == Logits{4, -4, 2, -2, 1, 0});
  CHECK(changed(R"({"bad_words_ids": [[5], [1, 0], [3, 2]]})", {0, 1}) == Logits{kNever, -4, 2, -2, 1, kNever});
  CHECK(changed(R"({"suppress_tokens": [0, 3]})", {1}) == Logits{kNever, -4, 2, kNever, 1, 0});
}

TEST_CASE("rules of how long texts are, and of how they begin and end", "[model]") {
  using Logits = std::vector<float>;
  const Logits plain{4, -4, 2, -2, 1, 0};
  const std::vector<Index> ends{0, 2};
  const TextSoFar after_two{.ids = {}, .given = 2, .end_tokens = ends};
  CHECK(changed(R"({"min_length": 4})", {1, 1, 1}, after_two) == Logits{kNever, -4, kNever, -2, 1, 0});
  CHECK(changed(R"({"min_length": 3})", {1, 1, 1}, after_two) == plain);
  CHECK(changed(R"({"min_new_tokens": 2})", {1, 1, 1}, after_two) == Logits{kNever, -4, kNever, -2, 1, 0});
  CHECK(changed(R"({"min_new_tokens": 1})", {1, 1, 1}, after_two) == plain);
  CHECK(changed(R"({"bad_words_ids": [[0], [5]]})", {1, 1}, after_two) == Logits{4, -4, 2, -2, 1, kNever});
  CHECK(changed(R"({"begin_suppress_tokens": [4]})", {1, 1}, after_two) == Logits{4, -4, 2, -2, kNever, 0});
  CHECK(changed(R"({"begin_suppress_tokens": [4]})", {1, 1, 1}, after_two) == plain);
  const TextSoFar after_one{.ids = {}, .given = 1, .end_tokens = ends};
  CHECK(changed(R"({"forced_bos_token_id": 3})", {1}, after_one) == Logits{kNever, kNever, kNever, 0, kNever, kNever});
  CHECK(changed(R"({"forced_bos_token_id": 3})", {1, 3}, after_one) == plain);
  CHECK(changed(R"({"forced_bos_token_id": 3, "begin_suppress_tokens": [4]})", {1, 3}, after_one) ==
        Logits{4, -4, 2, -2, kNever, 0});
  TextSoFar full = after_one;
  full.is_full_after_next = true;
  CHECK(changed(R"({"forced_eos_token_id": [2, 3]})", {1, 3}, full) == Logits{kNever, kNever, 0, 0, kNever, kNever});
  CHECK(changed(R"({"forced_eos_token_id": 2})", {1, 3}, after_one) == plain);
}

TEST_CASE("rules that do not fit are refused with their values", "[model]") {
  const auto refused = [](const std::string& json, const std::string& text) {
    CHECK_THROWS_MATCHES(rules_of(json), std::invalid_argument, Message(text));
  };
  refused(R"({"repetition_penalty": 0})", "generation_config.json: repetition_penalty is 0; it must be above 0");
  refused(R"({"suppress_tokens": [6]})",
          "generation_config.json: suppress_tokens has 6; it must be whole numbers from 0 to 5");
  refused(R"({"bad_words_ids": 3})",
          "generation_config.json: bad_words_ids is 3; it must be a list of lists of tokens from 0 to 5");
  refused(R"({"bad_words_ids": [[1], [-1]]})",
          "generation_config.json: bad_words_ids is a list of 2; it must be a list of lists of tokens from 0 to 5");
  refused(R"({"min_length": -1})",
          "generation_config.json: min_length is -1; it must be a whole number from 0 to 16777216");
  refused(R"({"forced_bos_token_id": 9})",
          "generation_config.json: forced_bos_token_id is 9; it must be a whole number from 0 to 5");
}

TEST_CASE("texts keep to the rules of their checkpoint", "[model]") {
  const std::vector<std::int32_t> ids{5, 6, 7};
  const std::vector<Index> plain = continued(load("gpt2", {{"eos_token_id", nullptr}}).model, ids, 30);
  const LoadedModel penalized = load("gpt2", {{"repetition_penalty", 1e30}, {"eos_token_id", nullptr}});
  const std::vector<Index> text = continued(penalized.model, ids, 30);
  REQUIRE(text.size() == 30);
  CHECK(text != plain);
  for (const Index id : text) {
    CHECK(std::ranges::count(text, id) == 1);
    CHECK(std::ranges::count(ids, id) == 0);
  }
  const std::vector<Index> banned = continued(load("gpt2", {{"bad_words_ids", {{plain[0]}}}}).model, ids, 1);
  CHECK(banned != std::vector<Index>{plain[0]});
  const LoadedModel forced = load("gpt2", {{"forced_eos_token_id", 9}, {"eos_token_id", nullptr}});
  const std::vector<Index> ended = continued(forced.model, ids, 4);
  REQUIRE(ended.size() == 4);
  CHECK(std::vector<Index>(ended.begin(), ended.end() - 1) == std::vector<Index>(plain.begin(), plain.begin() + 3));
  CHECK(ended.back() == 9);
  // A run draws the token that the text begins with.
  ForwardInput input;
  input.ids = ids;
  const ModelRun run(penalized.model, input);
  CHECK(run.next_token({}, 0).id == text.front());
}

TEST_CASE("A text that rules leave no next token says so as often as it is asked", "[model]") {
  Json rules;
  for (int id = 0; id < 256; ++id) rules["suppress_tokens"].push_back(id);
  const LoadedModel gpt2 = load("gpt2", rules);
  const std::vector<std::int32_t> ids{5, 6, 7};
  ForwardInput input;
  input.ids = ids;
  GenerationOptions options;
  options.max_new_tokens = 1;
  Generator generator(gpt2.model, input, options);
  // Were the text's tokens kept each time, the third time there would be no room for them.
  const auto refusal = [&] {
    try {
      (void)generator.next();
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("a token");
  };
  const std::string first = refusal();
  CHECK(first != "a token");
  CHECK(refusal() == first);
  CHECK(refusal() == first);
}
