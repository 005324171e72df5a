#include <chrono>
#include <ctime>
#include <iostream>
#include <sstream>

#include "files.h"
#include "heed/kernels/dispatch.h"
#include "heed/training/trainer.h"

// Heed's native part in tests/bench/train.mjs. Takes commands on standard input and answers each with one line:
//   export FILE STEPS   the default run at its start, and the batches of its first steps, for all contenders
//   begin FILE          goes to that start
//   losses STEPS        the loss of each of so many steps
//   run STEPS           seconds that so many steps took, and seconds of the processor's time
//   name                the kernels in use

using namespace heed;

namespace {

/// A checkpoint, with the tokens and targets of `steps` batches as tensors (steps, batch, length).
Safetensors start_with_batches(Index steps) {
  const Trainer trainer(TrainingOptions{});
  const TrainingOptions& options = trainer.options();
  RandomState random(options.seed);
  const Transformer<float> drawn_first(options.model, random);
  Safetensors file = trainer.checkpoint();
  Safetensors::Entry& tokens = file.tensors["batches.tokens"];
  Safetensors::Entry& targets = file.tensors["batches.targets"];
  tokens.shape = targets.shape = {steps, options.batch, trainer.task().info().length};
  for (Index step = 0; step < steps; ++step) {
    const Batch batch = trainer.task().draw(random, options.batch);
    tokens.values.insert(tokens.values.end(), batch.tokens.begin(), batch.tokens.end());
    targets.values.insert(targets.values.end(), batch.targets.begin(), batch.targets.end());
  }
  return file;
}

std::string answer(Trainer& trainer, const std::string& line) {
  std::istringstream words(line);
  std::string command, file;
  Index steps = 1;
  words >> command;
  std::ostringstream text;
  text.precision(17);
  if (command == "export") {
    words >> file >> steps;
    write_file(file, write_safetensors(start_with_batches(steps)));
    return "ok";
  }
  if (command == "begin") {
    words >> file;
    trainer.resume(read_safetensors(read_file(file)));
    return "ok";
  }
  if (command == "losses") {
    words >> steps;
    for (Index step = 0; step < steps; ++step) text << trainer.step().loss << ' ';
    return text.str();
  }
  if (command == "run") {
    words >> steps;
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    for (Index step = 0; step < steps; ++step) trainer.step();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    text << seconds << ' ' << static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
    return text.str();
  }
  if (command == "name") return kernels::available().front().name;
  return "failed: unknown command " + command;
}

}  // namespace

int main() {
  Trainer trainer(TrainingOptions{});
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << answer(trainer, line) << std::endl;
    } catch (const std::exception& error) {
      std::cout << "failed: " << error.what() << std::endl;
    }
  }
}
