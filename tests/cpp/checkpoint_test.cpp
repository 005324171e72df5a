#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "heed/training/trainer.h"

using namespace heed;

namespace {

TrainingOptions small() {
  TrainingOptions options;
  options.batch = 4;
  options.steps = 60;
  options.model.d_model = 16;
  options.model.heads = 2;
  return options;
}

std::string refusal(const Safetensors& checkpoint, const TrainingOptions& options = small()) {
  Trainer trainer(options);
  try {
    trainer.resume(checkpoint);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "resumed";
}

}  // namespace

TEST_CASE("A run that is resumed ends bit for bit as one that was not interrupted", "[checkpoint]") {
  Trainer whole(small());
  for (int i = 0; i < 7; ++i) (void)whole.step();
  const auto bytes = write_safetensors(whole.checkpoint());
  for (int i = 0; i < 7; ++i) (void)whole.step();

  TrainingOptions options = small();
  options.threads = 2;
  Trainer resumed(options);
  for (int i = 0; i < 3; ++i) (void)resumed.step();  // what was before does not matter
  resumed.resume(read_safetensors(bytes));
  CHECK(resumed.steps_taken() == 7);
  for (int i = 0; i < 7; ++i) (void)resumed.step();
  CHECK(write_safetensors(resumed.checkpoint()) == write_safetensors(whole.checkpoint()));
}

TEST_CASE("A model's file says what it was made with", "[checkpoint]") {
  Trainer trainer(small());
  (void)trainer.step();
  const Safetensors file = trainer.model_file();
  CHECK(file.metadata.at("task") == "induction");
  CHECK(file.metadata.at("step") == "1");
  CHECK(file.metadata.at("learning_rate") == "0.003");
  CHECK(file.metadata.at("positions") == "rotary");
  CHECK(file.tensors.size() == trainer.model().layout().parameters.size());
  Index values = 0;
  for (const auto& [_, tensor] : file.tensors) values += static_cast<Index>(tensor.values.size());
  CHECK(values == trainer.model().layout().size);
}

TEST_CASE("Checkpoints of other runs are refused by what differs", "[checkpoint]") {
  const Safetensors good = Trainer(small()).checkpoint();
  CHECK(refusal(good) == "resumed");
  TrainingOptions other = small();
  other.seed = 2;
  CHECK(refusal(good, other) == "the checkpoint's seed is 1, but this run's is 2");
  const auto refused = [&](auto change) {
    Safetensors changed = good;
    change(changed);
    return refusal(changed);
  };
  const std::string name = Trainer(small()).model().layout().parameters.front().name;
  CHECK(refused([](auto& file) { file.metadata.erase("heads"); }) == "the checkpoint does not say its heads");
  CHECK(refused([](auto& file) { file.metadata["step"] = "7x"; }) ==
        "the model's step is \"7x\"; it must be a whole number from 0");
  CHECK(refused([](auto& file) { file.metadata.erase("random"); }) == "the checkpoint does not say its random");
  CHECK(refused([](auto& file) { file.metadata["random"] = "0123"; }) == "this is no state of the random numbers");
  CHECK(refused([](auto& file) { file.tensors.erase("optimiser.mean"); }) == "the checkpoint has no optimiser.mean");
  CHECK(refused([&](auto& file) { std::ranges::reverse(file.tensors.at(name).shape); }) ==
        "the model's " + name + " is of another shape than its options say, 32 × 16");
}

TEST_CASE("AdamW takes up as many moments as it has parameters", "[checkpoint]") {
  AdamW<float> optimiser(2, {});
  CHECK_THROWS_WITH(optimiser.restore(1, {0, 0}, {0}), "there are 2 means and 1 variances of 2 parameters");
}
