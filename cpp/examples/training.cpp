// Trains a small transformer until it continues a repeated sequence: an induction head has formed.
#include <heed/training.h>

#include <cstdio>

int main() {
  heed::TrainingOptions options;
  options.task = "induction";
  options.steps = 300;
  heed::Trainer trainer(options);
  while (trainer.steps_taken() < options.steps) trainer.step();
  std::printf("accuracy after %d steps is %s 0.9\n", static_cast<int>(trainer.steps_taken()),
              trainer.evaluate().loss.accuracy() > 0.9 ? "above" : "below");
}
