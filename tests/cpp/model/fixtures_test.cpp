// Every supported model of tests/fixtures/models against what transformers computes on it in float64.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <set>

#include "../support/model_fixture.h"
#include "heed/model/generator.h"
#include "heed/model/load_model.h"

using namespace heed;
using heed::test::ModelFixture;

namespace {

/// Inputs of a fixture, held for as long as the model looks at them.
struct Inputs {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> token_types;
  std::vector<std::int32_t> decoder_ids;
  std::vector<float> pixels;
  std::vector<std::uint8_t> mask;

  explicit Inputs(const ModelFixture& fixture)
      : ids(fixture.integers("input_ids")),
        token_types(fixture.integers("token_type_ids")),
        decoder_ids(fixture.integers("decoder_input_ids")) {
    if (fixture.expects("pixel_values")) pixels = fixture.floats("pixel_values");
    for (const std::int32_t visible : fixture.integers("attention_mask"))
      mask.push_back(static_cast<std::uint8_t>(visible));
  }

  [[nodiscard]] ForwardInput plain() const {
    ForwardInput input;
    input.ids = ids;
    input.token_types = token_types;
    input.decoder_ids = decoder_ids;
    if (!pixels.empty()) input.pixels = {pixels.data(), {1, 3, 24, 24}};
    return input;
  }

  [[nodiscard]] ForwardInput padded() const {
    ForwardInput input = plain();
    input.attention_mask = mask;
    return input;
  }
};

/// Compares with `expected` of the fixture; of its positions only those that it keeps.
class Comparison {
 public:
  explicit Comparison(const ModelFixture& fixture) : fixture_(fixture) {}

  /// Within max(1e-5, 4 × transformers' own error in float32): ours is of the same kind, and adds up in another order.
  void weights(const std::string& name, const Tensor<float>& actual) {
    compare(name, actual, std::max(1e-5, 4 * fixture_.float32_error()));
  }

  /// Within 1e-4 of the largest value, as the values of one tensor have one scale.
  void states(const std::string& name, const Tensor<float>& actual) {
    if (!fixture_.expects(name)) return;
    double largest = 0;
    for (const float value : fixture_.floats(name)) largest = std::max(largest, std::abs(double{value}));
    compare(name, actual, 1e-4 * largest);
  }

  /// How many tensors were compared, by their names.
  [[nodiscard]] const std::set<std::string>& compared() const { return compared_; }

 private:
  void compare(const std::string& name, const Tensor<float>& actual, double tolerance) {
    INFO(name);
    REQUIRE(fixture_.expects(name));
    const std::vector<float> expected = fixture_.floats(name);
    std::vector<float> kept = actual.data;
    if (fixture_.expects(name + ".positions")) {
      kept.clear();
      for (const std::int32_t position : fixture_.integers(name + ".positions")) {
        const auto row = actual.data.begin() + position * actual.shape.dim;
        kept.insert(kept.end(), row, row + actual.shape.dim);
      }
    }
    REQUIRE(kept.size() == expected.size());
    double worst = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const double difference = std::abs(double{kept[i]} - double{expected[i]});
      worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    }
    CHECK(worst <= tolerance);
    compared_.insert(name);
  }

  const ModelFixture& fixture_;
  std::set<std::string> compared_;
};

void compare_stack(Comparison& comparison, const StackResult& stack, const std::string& prefix) {
  for (std::size_t layer = 0; layer < stack.attentions.size(); ++layer)
    comparison.weights(prefix + "attentions." + std::to_string(layer), stack.attentions[layer].weights);
  for (std::size_t layer = 0; layer < stack.cross_attentions.size(); ++layer)
    comparison.weights("cross_attentions." + std::to_string(layer), stack.cross_attentions[layer].weights);
  for (std::size_t layer = 0; layer < stack.hidden_states.size(); ++layer)
    comparison.states(prefix + "hidden_states." + std::to_string(layer), stack.hidden_states[layer]);
}

const Tensor<float>& output_of(const ForwardResult& result) {
  return result.logits.data.empty() ? result.last_hidden_state : result.logits;
}

/// `given` and what follows, each token the one with the largest logit.
std::vector<std::int32_t> greedy(const Model& model, const Inputs& inputs, const std::vector<std::int32_t>& given,
                                 std::size_t length) {
  ForwardInput input;
  if (model.architecture().encoder)
    input.ids = inputs.ids;  // and the configuration says what the text begins with
  else
    input.ids = given;
  GenerationOptions options;
  options.max_new_tokens = static_cast<Index>(length - given.size());
  options.end_tokens = std::vector<Index>{};
  Generator generator(model, input, options);
  std::vector<std::int32_t> tokens = given;
  while (const auto token = generator.next()) tokens.push_back(static_cast<std::int32_t>(token->id));
  return tokens;
}

}  // namespace

TEST_CASE("Supported models compute what transformers computes", "[models]") {
  const std::vector<std::string> names = ModelFixture::names();
  REQUIRE(names.size() == 48);
  REQUIRE(ModelFixture::supported() == names);
  for (const std::string& name : names) {
    DYNAMIC_SECTION(name) {
      const ModelFixture fixture(name);
      const LoadedModel loaded = load_model(read_model_files(fixture.files()));
      const Model& model = loaded.model;
      const Inputs inputs(fixture);
      ForwardRequest everything;
      everything.hidden_states = true;
      everything.all_attentions = true;
      const ForwardResult result = model.forward(inputs.plain(), everything);
      Comparison comparison(fixture);
      if (model.architecture().kind == ModelKind::kEncoderDecoder) {
        compare_stack(comparison, result.encoder, "encoder_");
        compare_stack(comparison, result.decoder, "decoder_");
      } else {
        compare_stack(comparison, model.architecture().decoder ? result.decoder : result.encoder, "");
      }
      comparison.states("logits", output_of(result));

      if (!inputs.mask.empty()) {
        const ForwardResult padded = model.forward(inputs.padded(), everything);
        comparison.weights("padded.attentions.0", padded.encoder.attentions[0].weights);
        comparison.states("padded.logits", output_of(padded));
      }
      const std::set<std::string> others{"input_ids",    "token_type_ids",         "decoder_input_ids",
                                         "pixel_values", "attention_mask",         "logits.positions",
                                         "generated",    "padded.logits.positions"};
      for (const auto& [tensor, _] : fixture.expected().tensors)
        CHECK((comparison.compared().contains(tensor) || others.contains(tensor)));

      if (fixture.expects("generated")) {
        const std::vector<std::int32_t> expected = fixture.integers("generated");
        // From the first six tokens; an encoder-decoder's begin with the token that stands there.
        const auto given = expected.begin() + (model.architecture().encoder ? 1 : 6);
        CHECK(greedy(model, inputs, {expected.begin(), given}, expected.size()) == expected);
      }
    }
  }
}

TEST_CASE("Blocks change the outputs of small models with random weights as little as web/docs/models.md says",
          "[models]") {
  const auto change = [](ElementType as) {
    std::vector<double> changes;
    for (const std::string& name : ModelFixture::names()) {
      const ModelFixture fixture(name);
      const Inputs inputs(fixture);
      const auto outputs = [&](std::optional<ElementType> type) {
        const LoadedModel loaded = load_model(read_model_files(fixture.files()), type);
        return output_of(loaded.model.forward(inputs.plain())).data;
      };
      const std::vector<float> plain = outputs({}), rounded = outputs(as);
      double largest = 0, worst = 0;
      for (std::size_t i = 0; i < plain.size(); ++i) {
        largest = std::max(largest, std::abs(double{plain[i]}));
        worst = std::max(worst, std::abs(double{plain[i]} - double{rounded[i]}));
      }
      changes.push_back(worst / largest);
    }
    std::ranges::sort(changes);
    return std::pair(changes[changes.size() / 2], changes.back());
  };
  const auto [median8, worst8] = change(ElementType::kQ8);
  CHECK(median8 < 0.02);
  CHECK(worst8 < 0.11);
  const auto [median4, worst4] = change(ElementType::kQ4);
  CHECK(median4 < 0.3);
  CHECK(worst4 < 1);
}
