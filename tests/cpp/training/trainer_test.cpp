#include "heed/training/trainer.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

using namespace heed;
using Catch::Matchers::ContainsSubstring;

namespace {

Evaluation train(TrainingOptions options, Index steps) {
  options.steps = steps;
  Trainer trainer(options);
  while (trainer.steps_taken() < steps) trainer.step();
  return trainer.evaluate();
}

double best_induction(const Evaluation& evaluation) {
  double best = 0;
  for (const auto& layer : evaluation.heads)
    for (const HeadScores& head : layer) best = std::max(best, head.induction);
  return best;
}

}  // namespace

TEST_CASE("Two layers learn induction, one layer cannot", "[trainer][long]") {
  // The head that looks at what followed an earlier occurrence needs to know what came before each key: that takes a layer
  // below (Olsson et al. 2022). Sixteen sequences a step suffice.
  TrainingOptions options;
  options.batch = 16;
  const Evaluation two = train(options, 400);
  CHECK(two.loss.accuracy() > 0.95);
  CHECK(best_induction(two) > 0.6);

  options.model.layers = 1;
  const Evaluation one = train(options, 400);
  CHECK(one.loss.accuracy() < 0.4);
  CHECK(best_induction(one) < 0.3);
}

TEST_CASE("A run is the same again, on any number of threads", "[trainer][parallel]") {
  TrainingOptions options;
  options.batch = 20;
  Trainer first(options);
  options.threads = 2;
  Trainer second(options);
  for (int i = 0; i < 3; ++i) {
    const StepReport report = first.step();
    CHECK(report.loss == second.step().loss);
    CHECK(report.step == i + 1);
  }
  CHECK(std::equal(first.model().parameters().begin(), first.model().parameters().end(),
                   second.model().parameters().begin()));
  options.seed = 2;
  CHECK(Trainer(options).step().loss != Trainer({}).step().loss);
}

TEST_CASE("Training refuses options of the optimiser that make numbers NaN", "[trainer]") {
  TrainingOptions options;
  set_option(options, "weight_decay", "nan");
  CHECK_THROWS_WITH(Trainer(options), "weight decay is nan; it must be from 0 to 3.40282e+38");
}

TEST_CASE("Training that goes astray stops with a sentence and the last good state", "[trainer]") {
  TrainingOptions options;
  options.learning_rate = 1000;
  options.final_learning_rate = 1000;
  options.warm_up = 1;
  Trainer trainer(options);
  const double before = trainer.evaluate().loss.mean();
  const auto run = [&] {
    while (trainer.steps_taken() < options.steps) trainer.step();
  };
  CHECK_THROWS_WITH(run(), ContainsSubstring("training diverged after ") &&
                               ContainsSubstring("The learning rate was 1000; try a smaller one"));
  CHECK(trainer.steps_taken() < 20);
  CHECK(trainer.evaluate().loss.mean() == before);
}

TEST_CASE("A single batch on which the loss is high does not end training, three in a row do", "[trainer]") {
  TrainingOptions options;
  options.batch = 8;
  options.warm_up = 1;
  Trainer trainer(options);
  for (int i = 0; i < 3; ++i) trainer.step();
  const auto parameters = trainer.model().parameters();
  const std::vector<float> good(parameters.begin(), parameters.end());
  const auto spoil = [&] {
    for (float& parameter : parameters) parameter *= 100;
  };
  for (int i = 0; i < 3; ++i) {
    spoil();
    CHECK(trainer.step().loss > 2 * std::log(32.0));
    std::ranges::copy(good, parameters.begin());
    trainer.step();
  }
  spoil();
  trainer.step();
  trainer.step();
  CHECK_THROWS_AS(trainer.step(), TrainingDiverged);
  CHECK(trainer.steps_taken() == 0);
}

TEST_CASE("Where training goes astray during the warm-up, what it goes back to is from before", "[trainer]") {
  TrainingOptions options;
  options.batch = 8;
  options.warm_up = 30;
  options.learning_rate = 10;
  Trainer trainer(options);
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 60; ++i) trainer.step();
      }(),
      TrainingDiverged);
  CHECK(trainer.evaluate().loss.mean() < 2 * std::log(32.0));
}

TEST_CASE("Training that went astray goes on with a smaller learning rate", "[trainer]") {
  TrainingOptions options;
  options.batch = 8;
  options.warm_up = 1;
  Trainer trainer(options);
  for (int i = 0; i < 41; ++i) trainer.step();
  const double good = trainer.evaluate().loss.mean();
  trainer.set_learning_rate(1000);
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 100; ++i) trainer.step();
      }(),
      TrainingDiverged);
  // Back to a state of before or just after the change, moments included: those of the gradients that ran away would carry
  // any learning rate along.
  CHECK(trainer.steps_taken() % 20 == 0);
  trainer.set_learning_rate(3e-3);
  CHECK(std::abs(*trainer.options().final_learning_rate - 3e-4) < 1e-15);  // the ratio, rounded thrice
  for (int i = 0; i < 60; ++i) trainer.step();
  CHECK(trainer.evaluate().loss.mean() < good);
  CHECK_THROWS_WITH(trainer.set_learning_rate(-1), "the learning rate is -1; it must be finite and above 0");
}

TEST_CASE("A learning rate that stays the same can be set to any", "[trainer]") {
  TrainingOptions options;
  options.learning_rate = 0.01;
  options.final_learning_rate = 0.01;
  Trainer trainer(options);
  // 0.01 · (0.00685 / 0.01) is a little more than 0.00685.
  for (const double rate : {0.00685, 0.01, 0.0137}) {
    trainer.set_learning_rate(rate);
    CHECK(trainer.options().learning_rate == rate);
    CHECK(*trainer.options().final_learning_rate <= rate);
  }
}

TEST_CASE("Options are described as text that is read as the same", "[trainer]") {
  TrainingOptions options;
  options.task = "copy";
  options.learning_rate = 0.1 + 0.2;
  options.model.feed_forward = FeedForward::kSwiGlu;
  options.model.norm = Norm::kRms;
  options.model.tied = true;
  options.seed = 4294967295;
  TrainingOptions read;
  for (const auto& [name, text] : describe(options)) set_option(read, name, text);
  CHECK(describe(read) == describe(options));
  CHECK(read.learning_rate == options.learning_rate);
  CHECK(read.model.tied);
  CHECK_FALSE(read.final_learning_rate);

  CHECK_THROWS_WITH(set_option(read, "layer", "1"), "there is no option \"layer\"");
  CHECK_THROWS_WITH(set_option(read, "layers", "1.5"), "layers is \"1.5\"; it must be a whole number");
  CHECK_THROWS_WITH(set_option(read, "seed", "-1"), "seed is \"-1\"; it must be a whole number from 0 to 4294967295");
  CHECK_THROWS_WITH(set_option(read, "learning_rate", "fast"), "learning_rate is \"fast\"; it must be a number");
  CHECK_THROWS_WITH(set_option(read, "causal", "1"), "causal is \"1\"; it must be one of false, true");
  CHECK_THROWS_WITH(set_option(read, "positions", ""),
                    "positions is \"\"; it must be one of none, learned, sinusoidal, rotary");
}

TEST_CASE("Training options that cannot be are refused by name", "[trainer]") {
  const auto refused = [](auto change) {
    TrainingOptions options;
    change(options);
    try {
      const Trainer trainer(options);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("nothing refused");
  };
  CHECK(refused([](auto& o) { o.batch = 0; }) == "the batch is 0; it must be at least 1");
  CHECK(refused([](auto& o) { o.batch = 1 << 16; }) ==
        "a batch of 65536 sequences of 32 tokens is too large; it may have 1048576 tokens");
  CHECK(refused([](auto& o) { o.threads = 0; }) == "threads is 0; it must be at least 1");
  CHECK(refused([](auto& o) { o.steps = 20; }) == "there are 50 warm-up steps among 20 steps");
  CHECK(refused([](auto& o) { o.learning_rate = -1; }) == "the learning rate is -1; it must be finite and above 0");
  CHECK(refused([](auto& o) { o.final_learning_rate = 1; }) ==
        "the learning rate would go from 0.003 to 1; it must fall, to 0 or above");
  CHECK(refused([](auto& o) { o.largest_gradient = 0; }) ==
        "gradients would be clipped to a norm of 0; it must be at least 1.17549e-38");
  CHECK(refused([](auto& o) { o.largest_gradient = 1e-50; }) ==
        "gradients would be clipped to a norm of 1e-50; it must be at least 1.17549e-38");
  // What single precision has no number for.
  constexpr const char* kHeld = "it must be 0 or of a size from 1.18e-38 to 3.4e38, which single precision holds";
  CHECK(
      refused([](auto& o) { o.learning_rate = 1e-50; }) ==
      std::string("the learning rate is 1e-50, beta1 0.9 and the weight decay 0.01: a step would multiply by 1e-50; ") +
          kHeld);
  CHECK(
      refused([](auto& o) { o.learning_rate = 1e38; }) ==
      std::string("the learning rate is 1e+38, beta1 0.9 and the weight decay 0.01: a step would multiply by 1e+39; ") +
          kHeld);
  CHECK(refused([](auto& o) {
          o.learning_rate = 10;
          o.optimiser.weight_decay = 1e38;
        }) == std::string("the learning rate is 10, beta1 0.9 and the weight decay 1e+38: a step would multiply by "
                          "-1e+39; ") +
                  kHeld);
  CHECK(refused([](auto& o) { o.model.heads = 5; }) == "d_model 64 is not divisible by 5 heads");
  CHECK(refused([](auto& o) { o.task_options.length = 8193; }) == "the length is 8193; it must be at most 8192");
  CHECK(refused([](auto& o) { o.task_options.vocabulary = 1 << 20; }) ==
        "the vocabulary is 1048576; it must be at most 8192");
  CHECK(refused([](auto& o) { o.task = "chess"; }).starts_with("there is no task \"chess\""));
}
