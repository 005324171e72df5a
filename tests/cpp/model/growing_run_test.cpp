// A run that reads its text piece by piece, with the keys and values that it keeps, is the run of the whole text.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "../support/loaded_fixture.h"
#include "heed/model/generator.h"
#include "heed/model/model_run.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;
using heed::test::relative_difference;

namespace {

/// Sums of a row alone may be in another order than those of many rows.
constexpr double kRounding = 1e-4;

/// The input of a fixture with the first `length` tokens of the decoder's text.
ForwardInput beginning(const LoadedFixture& fixture, std::size_t length) {
  ForwardInput input;
  const bool has_encoder = fixture.model().architecture().encoder.has_value();
  input.ids = has_encoder ? std::span<const std::int32_t>(fixture.ids) : std::span(fixture.ids).first(length);
  if (has_encoder) input.decoder_ids = std::span(fixture.decoder_ids).first(length);
  return input;
}

void check_same(const ModelRun& run, const ModelRun& whole) {
  const std::vector<AttentionShape> shapes = whole.attentions();
  REQUIRE(run.attentions().size() == shapes.size());
  for (const AttentionShape& shape : shapes)
    for (std::size_t layer = 0; layer < shape.heads.size(); ++layer)
      for (Index head = 0; head < shape.heads[layer]; ++head) {
        const auto at = static_cast<Index>(layer);
        const HeadWeights found = run.head(shape.kind, at, head);
        const HeadWeights expected = whole.head(shape.kind, at, head);
        CHECK(relative_difference(expected.weights, found.weights) < kRounding);
        CHECK(found.visible.data == expected.visible.data);
      }
  const StackResult& found = run.result().decoder;
  const StackResult& expected = whole.result().decoder;
  REQUIRE(found.hidden_states.size() == expected.hidden_states.size());
  for (std::size_t i = 0; i < expected.hidden_states.size(); ++i)
    CHECK(relative_difference(expected.hidden_states[i], found.hidden_states[i]) < kRounding);
  for (std::size_t i = 0; i < expected.attentions.size(); ++i)
    CHECK(relative_difference(expected.attentions[i].head_output.tensor(), found.attentions[i].head_output.tensor()) <
          kRounding);
}

}  // namespace

TEST_CASE("A run that is extended is the run of the whole text, and shortened that of its beginning", "[models]") {
  int compared = 0;
  for (const std::string& name : ModelFixture::names()) {
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    if (!model.architecture().decoder) continue;
    INFO(name);
    ++compared;
    const std::vector<std::int32_t>& text = model.architecture().encoder ? fixture.decoder_ids : fixture.ids;
    const std::size_t size = text.size();
    REQUIRE(size > 4);
    ModelRun run(model, beginning(fixture, size - 3));
    run.extend(std::span(text).subspan(size - 3, 2));
    CHECK(run.kept_keys().computed == 2);
    run.extend(std::span(text).subspan(size - 1, 1));
    CHECK(run.kept_keys().computed == 1);
    CHECK(run.kept_keys().tokens == static_cast<Index>(size));
    CHECK(run.kept_keys().bytes > 0);
    check_same(run, ModelRun(model, beginning(fixture, size)));
    if (model.has_logits()) {
      const SamplingOptions sampling{.temperature = 1.5};
      GenerationOptions options;
      options.sampling = sampling;
      options.seed = 7;
      Generator generator(model, beginning(fixture, size), options);
      const auto drawn = generator.next();
      const SampledToken next = run.next_token(sampling, 7);
      if (drawn) CHECK(next.id == drawn->id);
      if (drawn) CHECK(std::abs(next.probability - drawn->probability) < kRounding);
    }
    run.truncate(static_cast<Index>(size) - 2);
    CHECK(run.kept_keys().computed == 0);
    check_same(run, ModelRun(model, beginning(fixture, size - 2)));
    run.extend(std::span(text).subspan(size - 2, 2));
    check_same(run, ModelRun(model, beginning(fixture, size)));
  }
  CHECK(compared > 20);
}

TEST_CASE("Tokens that a run reads one by one copy nothing of those before, as long as there is room", "[models]") {
  const LoadedFixture gpt2("gpt2");
  ModelRun run(gpt2.model(), gpt2.input());
  std::vector<std::int32_t> text = gpt2.ids;
  const AttentionRecord& record = run.result().decoder.attentions.front();
  const std::vector<float>& states = run.result().decoder.hidden_states.back().data;
  int moves = 0;
  std::vector<const float*> places;
  for (std::int32_t id = 1; text.size() < 64; ++id) {
    const std::vector<const float*> before = places;
    text.push_back(id);
    run.extend(std::span(text).last(1));
    places = {record.key.head(0), record.value.head(0), record.query.head(0), record.head_output.head(0),
              states.data()};
    moves += places == before ? 0 : 1;
    CHECK(record.key.shape.length == static_cast<Index>(text.size()));
  }
  // With a quarter more room each time, from 5 tokens or more to 64.
  CHECK(moves <= 12);
  ForwardInput input;
  input.ids = text;
  check_same(run, ModelRun(gpt2.model(), input));
}

TEST_CASE("A run that cannot be extended, or not by these tokens, says so and stays as it was", "[models]") {
  const LoadedFixture gpt2("gpt2");
  ModelRun run(gpt2.model(), gpt2.input());
  const Index size = run.kept_keys().tokens;
  const std::vector<std::int32_t> unknown{1 << 20};
  CHECK_THROWS_AS(run.extend(unknown), std::invalid_argument);
  CHECK_THROWS_WITH(run.truncate(0),
                    "the run has " + std::to_string(size) + " tokens and cannot be cut to 0; it keeps at least 1");
  CHECK_THROWS_WITH(run.extend(std::vector<std::int32_t>(64, 1)),
                    "the text has " + std::to_string(size + 64) + " tokens but the model's context is 64");
  CHECK(run.kept_keys().tokens == size);
  check_same(run, ModelRun(gpt2.model(), gpt2.input()));

  const std::vector<std::int32_t> one{1};
  Interventions ablation;
  ablation.ablate.push_back({.layer = 0, .head = 1});
  ModelRun changed(gpt2.model(), gpt2.input(), ablation);
  CHECK_THROWS_WITH(changed.extend(one), "a run with token types other than 0, a mask or changes is not extended");
  ForwardInput typed = gpt2.input();
  const std::vector<std::int32_t> zeros(typed.ids.size());
  typed.token_types = zeros;
  CHECK_NOTHROW(ModelRun(gpt2.model(), typed).extend(one));
  const LoadedFixture bert("bert");
  ModelRun encoder(bert.model(), bert.input());
  CHECK(encoder.kept_keys().tokens == 0);
  CHECK_THROWS_WITH(encoder.extend(one), "a model of kind encoder keeps no keys and values");
}
