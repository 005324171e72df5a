#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "heed/nn/adamw.h"
#include "heed/nn/transformer.h"
#include "heed/training/head_scores.h"
#include "heed/training/safetensors.h"
#include "heed/training/task.h"

namespace heed {

struct TrainingOptions {
  std::string task = "induction";
  TaskOptions task_options;
  TransformerConfig model;  ///< its vocabulary and context are the task's
  AdamWOptions optimiser;
  Index batch = 32;
  Index steps = 2000;  ///< after which the learning rate stays at `final_learning_rate`
  Index warm_up = 50;
  double learning_rate = 3e-3;
  double final_learning_rate = 3e-4;
  double largest_gradient = 1;  ///< gradients are clipped to this norm
  std::uint32_t seed = 1;
  Index threads = 1;
};

/// Thrown where training has gone astray; the model has been put back to its last good state.
struct TrainingDiverged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct StepReport {
  Index step = 0;  ///< how many have been taken
  double loss = 0;
  double accuracy = 0;
  double gradient_norm = 0;  ///< before clipping
  double learning_rate = 0;
};

struct Evaluation {
  Loss loss;
  std::vector<std::vector<HeadScores>> heads;  ///< [layer][head]
};

/// A transformer, a task and an optimiser. Runs are the same for the same options on the same kind of processor, whatever
/// the number of threads.
class Trainer {
 public:
  /// Throws std::invalid_argument that names the options that are out of range or clash.
  explicit Trainer(const TrainingOptions& options);

  [[nodiscard]] const TrainingOptions& options() const { return options_; }
  [[nodiscard]] const Task& task() const { return *task_; }
  [[nodiscard]] Transformer<float>& model() { return model_; }
  [[nodiscard]] Index steps_taken() const { return steps_taken_; }

  /// One batch, one update. Throws TrainingDiverged where the loss or the gradient is not finite, or where the loss has
  /// risen to more than twice that of guessing, ln(vocabulary).
  StepReport step();

  /// Loss and head scores on sequences that are not trained on: drawn once, from a seed of their own.
  [[nodiscard]] Evaluation evaluate();

  /// The model: its parameters by name, with the options and the number of steps among the metadata.
  [[nodiscard]] Safetensors model_file() const;

  /// The model and the optimiser's state: all that `resume` needs.
  [[nodiscard]] Safetensors checkpoint() const;

  /// Goes on from a checkpoint, to the same end as if there had been no interruption. Throws std::invalid_argument that
  /// names what differs where it was made with other options (but for `threads`), and what is missing or of another shape.
  void resume(const Safetensors& checkpoint);

 private:
  void keep_or_restore(const Loss& loss, double gradient_norm, double learning_rate);

  TrainingOptions options_;
  std::unique_ptr<const Task> task_;
  RandomState random_;
  Transformer<float> model_;
  AdamW<float> optimiser_;
  Batch held_out_;
  std::vector<float> last_good_;
  Index steps_taken_ = 0;
};

}  // namespace heed
