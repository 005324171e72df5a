#include "heed/training/model_file.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "../support/whole_numbers.h"
#include "heed/training/evaluation.h"
#include "heed/training/trainer.h"

using namespace heed;

namespace {

TrainingOptions small() {
  TrainingOptions options;
  options.batch = 4;
  options.model.d_model = 16;
  options.model.heads = 2;
  options.model.feed_forward = FeedForward::kGelu;
  return options;
}

std::string refusal(const Safetensors& file) {
  try {
    (void)read_model(file);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "read";
}

}  // namespace

TEST_CASE("A model is read as it was written", "[model_file]") {
  Trainer trainer(small());
  for (int i = 0; i < 3; ++i) (void)trainer.step();
  TrainedModel model = read_model(read_safetensors(write_safetensors(trainer.model_file())));
  CHECK(model.step == 3);
  CHECK(model.task->info().name == "induction");
  CHECK(describe(model.options) == describe(trainer.options()));
  CHECK(std::ranges::equal(model.network.parameters(), trainer.model().parameters()));
  CHECK(evaluate(model.network, draw_held_out(*model.task)).loss.sum == trainer.evaluate().loss.sum);
}

TEST_CASE("A model is read from a file that holds tensors of whole numbers too", "[model_file]") {
  Trainer trainer(small());
  (void)trainer.step();
  const std::vector<std::byte> bytes = test::with_whole_numbers(trainer.model_file());
  const TrainedModel model = read_model(view_safetensors(bytes));
  CHECK(model.step == 1);
  CHECK(std::ranges::equal(model.network.parameters(), trainer.model().parameters()));
}

TEST_CASE("A file from before logits could do without their scale is read with it", "[model_file]") {
  TrainingOptions options = small();
  options.model.scaled = false;
  Safetensors file = Trainer(options).model_file();
  CHECK_FALSE(read_model(file).options.model.scaled);
  file.metadata.erase("scaled");
  CHECK(read_model(file).options.model.scaled);
}

TEST_CASE("A file that is no model says what is missing", "[model_file]") {
  const Safetensors good = Trainer(small()).model_file();
  const auto refused = [&](auto change) {
    Safetensors changed = good;
    change(changed);
    return refusal(changed);
  };
  CHECK(refused([](auto&) {}) == "read");
  CHECK(refused([](auto& f) { f.metadata.clear(); }) == "the model's file does not say its batch");
  CHECK(refused([](auto& f) { f.metadata["layers"] = std::string("many"); }) ==
        "layers is \"many\"; it must be a whole number");
  CHECK(refused([](auto& f) { f.metadata["layers"] = std::string("3"); }) ==
        "the model's file has no layers.2.attention_norm");
  CHECK(refused([](auto& f) { f.metadata["heads"] = std::string("3"); }) == "d_model 16 is not divisible by 3 heads");
  CHECK(refused([](auto& f) { f.metadata["step"] = std::string("-1"); }) ==
        "the model's step is \"-1\"; it must be a whole number from 0");
  CHECK(refused([](auto& f) { f.tensors.erase("unembedding"); }) == "the model's file has no unembedding");
  CHECK(refused([](auto& f) { f.tensors["unembedding"].values[7] = std::numeric_limits<float>::quiet_NaN(); }) ==
        "the model's unembedding holds a number that is not finite");
  // However large a network the options claim, only as much memory is taken as the file has numbers.
  CHECK(refused([](auto& f) {
          f.metadata["d_model"] = std::string("65536");
          f.metadata["layers"] = std::string("256");
        }) == (sizeof(Index) == 4  // of WebAssembly
                   ? "the network would have more parameters than can be counted"
                   : "the model's embedding is of another shape than its options say, 32 × 65536"));
  CHECK(refused([](auto& f) { f.metadata["task.length"] = std::string("1000000000"); }) ==
        "the length is 1000000000; it must be at most 8192");
}
