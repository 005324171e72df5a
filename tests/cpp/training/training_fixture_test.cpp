#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <span>
#include <string>
#include <vector>

#include "../support/close_to.h"
#include "../support/fixture.h"
#include "heed/training/adamw.h"
#include "heed/training/transformer/transformer.h"

using namespace heed;
using heed::test::close_to;
using heed::test::fixture;

namespace {

constexpr const char* kFile = "training.txt";

TransformerConfig configuration(const std::string& name) {
  TransformerConfig config{.vocabulary = 7, .context = 6, .layers = 2, .heads = 2, .d_model = 8, .d_ff = 10};
  if (name == "gpt-2") {
    config.positions = Positions::kLearned;
    config.feed_forward = FeedForward::kGelu;
    config.bias = config.tied = true;
  }
  if (name == "llama") {
    config.norm = Norm::kRms;
    config.feed_forward = FeedForward::kSwiGlu;
    config.kv_heads = 1;
    config.tied = true;
  }
  return config;
}

std::vector<std::int32_t> whole_numbers(const std::string& name) {
  const std::vector<double> numbers = fixture(kFile, name);
  return {numbers.begin(), numbers.end()};
}

/// What one precision is held to, in the order of the checks below.
template <typename Scalar>
struct Allowed;
template <>
struct Allowed<double> {
  // Both compute in double precision; four steps through a division by √variance lose a few more digits.
  double loss = 1e-10, gradient = 1e-12, parameter = 1e-8;
};
template <>
struct Allowed<float> {
  // The fixtures are of double precision: what is rounded are some hundred sums of products of numbers near 1, to 6e-8 each.
  double loss = 1e-5, gradient = 2e-6;
  // The first steps of AdamW are of ±0.05 for a gradient of any size, and so for the rounding error of one that is almost 0.
  double parameter = 2e-3;
};

/// Softmax does not depend on what is added to all logits of a row, so the bias of the keys has a gradient of 0, and what AdamW
/// makes of its rounding errors is arbitrary.
bool is_arbitrary(const Parameter& parameter) { return parameter.name.ends_with("attention.key.bias"); }

}  // namespace

TEMPLATE_TEST_CASE("Losses, gradients and AdamW steps are PyTorch's", "[transformer][optimiser][differential]", double,
                   float) {
  constexpr Allowed<TestType> kAllowed;
  const std::string name = GENERATE("attention-only", "gpt-2", "llama");
  CAPTURE(name);
  RandomState random(1);
  Transformer<TestType> model(configuration(name), random);
  const std::vector<double> start = fixture(kFile, name + ".start");
  REQUIRE(start.size() == model.parameters().size());
  std::ranges::transform(start, model.parameters().begin(),
                         [](double number) { return static_cast<TestType>(number); });

  const std::vector<std::int32_t> tokens = whole_numbers("tokens");
  const std::vector<std::int32_t> targets = whole_numbers("targets");
  const std::vector<double> losses = fixture(kFile, name + ".losses");
  AdamW<TestType> optimiser(model.layout().size, {.beta2 = 0.99, .weight_decay = 0.1});
  for (std::size_t step = 0; step < losses.size(); ++step) {
    const Loss loss = model.loss_and_gradients(tokens, targets, 3);
    CHECK(std::abs(loss.mean() - losses[step]) < kAllowed.loss);
    if (step == 0) {
      const auto gradients = model.gradients();
      CHECK_THAT(gradients, close_to(fixture(kFile, name + ".gradients"), kAllowed.gradient));
    }
    clip_gradients(model.gradients(), 0.5);
    optimiser.begin_step();
    const double rate = learning_rate_at(static_cast<Index>(step), static_cast<Index>(losses.size()), 2, 0.05, 0.005);
    for (const Parameter& parameter : model.layout().parameters) {
      const auto first = static_cast<std::size_t>(parameter.offset);
      const auto size = static_cast<std::size_t>(parameter.size());
      optimiser.update(parameter.offset, model.parameters().subspan(first, size),
                       model.gradients().subspan(first, size), rate, parameter.decays());
    }
  }
  const std::vector<double> end = fixture(kFile, name + ".end");
  for (const Parameter& parameter : model.layout().parameters) {
    if (sizeof(TestType) == sizeof(float) && is_arbitrary(parameter)) continue;
    CAPTURE(parameter.name);
    const auto first = static_cast<std::size_t>(parameter.offset);
    const auto size = static_cast<std::size_t>(parameter.size());
    const auto ours = model.parameters().subspan(first, size);
    CHECK_THAT(ours, close_to(std::span(end).subspan(first, size), kAllowed.parameter));
  }
}
