#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "heed/nn/adamw.h"
#include "heed/nn/transformer.h"
#include "support/close_to.h"
#include "support/fixture.h"

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

}  // namespace

TEST_CASE("Losses, gradients and AdamW steps are PyTorch's", "[transformer][optimiser]") {
  const std::string name = GENERATE("attention-only", "gpt-2", "llama");
  CAPTURE(name);
  RandomState random(1);
  Transformer<double> model(configuration(name), random);
  const std::vector<double> start = fixture(kFile, name + ".start");
  REQUIRE(start.size() == model.parameters().size());
  std::copy(start.begin(), start.end(), model.parameters().begin());

  const std::vector<std::int32_t> tokens = whole_numbers("tokens");
  const std::vector<std::int32_t> targets = whole_numbers("targets");
  const std::vector<double> losses = fixture(kFile, name + ".losses");
  AdamW<double> optimiser(model.layout().size, {.beta2 = 0.99, .weight_decay = 0.1});
  for (std::size_t step = 0; step < losses.size(); ++step) {
    const Loss loss = model.loss_and_gradients(tokens, targets, 3);
    // Both compute in double precision; four steps through a division by √variance lose a few more digits.
    CHECK(std::abs(loss.mean() - losses[step]) < 1e-10);
    if (step == 0) {
      const auto gradients = model.gradients();
      CHECK_THAT(gradients, close_to(fixture(kFile, name + ".gradients"), 1e-12));
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
  const auto parameters = model.parameters();
  CHECK_THAT(parameters, close_to(fixture(kFile, name + ".end"), 1e-8));
}
