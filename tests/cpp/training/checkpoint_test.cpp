#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "../support/whole_numbers.h"
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

TEST_CASE("A run is resumed from a file that holds tensors of whole numbers too", "[checkpoint]") {
  Trainer whole(small());
  (void)whole.step();
  const std::vector<std::byte> bytes = test::with_whole_numbers(whole.checkpoint());
  Trainer resumed(small());
  resumed.resume(view_safetensors(bytes));
  CHECK(resumed.steps_taken() == 1);
  CHECK(resumed.step().loss == whole.step().loss);
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
  Safetensors older = good;
  older.metadata.erase("scaled");
  CHECK(refusal(older) == "resumed");
  TrainingOptions other = small();
  other.model.scaled = false;
  CHECK(refusal(older, other) == "the checkpoint does not say its scaled");
  other = small();
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
  constexpr const char* kNoWords = "the checkpoint's random is no list of words of 8 hexadecimal digits";
  CHECK(refused([](auto& file) { file.metadata["random"] = "0123"; }) == kNoWords);
  CHECK(refused([](auto& file) { file.metadata["random"] += "1"; }) == kNoWords);
  CHECK(refused([](auto& file) { file.metadata["random"][7] = 'g'; }) == kNoWords);
  CHECK(refused([](auto& file) { file.metadata["random"].resize(8); }) == "this is no state of the random numbers");
  CHECK(refused([](auto& file) { file.tensors.erase("optimiser.mean"); }) == "the checkpoint has no optimiser.mean");
  CHECK(refused([&](auto& file) { std::ranges::reverse(file.tensors.at(name).shape); }) ==
        "the model's " + name + " is of another shape than its options say, 32 × 16");
  CHECK(refused([&](auto& file) { file.tensors.at(name).values.resize(1'000'000); }) ==
        "tensor " + name + " has 1000000 values, but its shape asks for 512");
}

TEST_CASE("Moments that no optimiser can have are refused, and leave the run as it was", "[checkpoint]") {
  Trainer trainer(small());
  (void)trainer.step();
  const auto before = write_safetensors(trainer.checkpoint());
  const auto refused = [&](const char* name, float value) {
    Safetensors changed = read_safetensors(before);
    changed.tensors.at(name).values[5] = value;
    try {
      trainer.resume(changed);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("resumed");
  };
  // The mean of the parameter may be anything: only the end of the sentence is known.
  using Catch::Matchers::ContainsSubstring;
  using Catch::Matchers::EndsWith;
  CHECK_THAT(refused("optimiser.variance", -1), ContainsSubstring("the optimiser's moments of parameter 5 are ") &&
                                                    EndsWith(" and -1; they must be finite, the second not negative"));
  CHECK_THAT(refused("optimiser.variance", std::nanf("")), ContainsSubstring(" and nan; they must be finite"));
  CHECK_THAT(refused("optimiser.mean", INFINITY), ContainsSubstring("parameter 5 are inf and "));
  CHECK(write_safetensors(trainer.checkpoint()) == before);
  Safetensors other = read_safetensors(before);
  other.metadata["high_batches"] = "many";
  CHECK(refusal(other) == "the checkpoint's high_batches is \"many\"; it must be a whole number from 0");
  other.metadata.erase("high_batches");  // as in files that were written before
  CHECK(refusal(other) == "resumed");
  other.metadata["step"] = "2000000001";
  CHECK(refusal(other) == "the model's step is 2000000001; it must be at most 2000000000");
}

TEST_CASE("A run that is resumed between batches whose loss is too high ends on the third", "[checkpoint]") {
  TrainingOptions options = small();
  options.warm_up = 1;
  Trainer trainer(options);
  for (int i = 0; i < 3; ++i) (void)trainer.step();
  for (float& parameter : trainer.model().parameters()) parameter *= 1000;
  (void)trainer.step();
  (void)trainer.step();
  Trainer resumed(options);
  resumed.resume(trainer.checkpoint());
  CHECK_THROWS_AS(resumed.step(), TrainingDiverged);
  CHECK_THROWS_AS(trainer.step(), TrainingDiverged);
}

TEST_CASE("AdamW takes up as many moments as it has parameters", "[checkpoint]") {
  AdamW<float> optimiser(2, {});
  CHECK_THROWS_WITH(optimiser.restore(1, {0, 0}, {0}), "there are 2 means and 1 variances of 2 parameters");
}
