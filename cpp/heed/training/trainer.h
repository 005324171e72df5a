#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "heed/io/safetensors.h"
#include "heed/threads/thread_pool.h"
#include "heed/training/evaluation.h"
#include "heed/training/training_options.h"

namespace heed {

/// Thrown where training has gone astray; the trainer has been put back to its last good state.
struct TrainingDiverged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Results of one step of training, on the batch that it was taken on.
struct StepReport {
  Index step = 0;            ///< how many have been taken
  double loss = 0;           ///< mean cross-entropy of the scored tokens, in nats
  double accuracy = 0;       ///< share of them whose largest logit is the target's
  double gradient_norm = 0;  ///< before clipping
  double learning_rate = 0;  ///< that the step was taken with
};

/// A transformer, a task and an optimiser. With one instruction set, runs are the same to the bit for the same options,
/// whatever the number of threads; natively with SSE4 and as WebAssembly with SIMD too. Between sets rounding differs: in the
/// default run by 4e-8 of the loss after 100 steps and 7e-6 after 400, once it is learnt (`npm run bench:same`).
class Trainer {
 public:
  /// Throws std::invalid_argument that names the options that are out of range or clash.
  explicit Trainer(const TrainingOptions& options);

  /// What it was made of.
  [[nodiscard]] const TrainingOptions& options() const { return options_; }
  /// What is learnt.
  [[nodiscard]] const Task& task() const { return *task_; }
  /// The network that learns it.
  [[nodiscard]] Transformer<float>& model() { return model_; }
  /// Since its parameters were drawn.
  [[nodiscard]] Index steps_taken() const { return steps_taken_; }

  /// One batch, one update. Throws TrainingDiverged where the loss or the gradient is not finite, or where the loss has
  /// been more than twice that of guessing, ln(vocabulary), for three batches in a row.
  StepReport step();

  /// The highest learning rate from now on; the last one keeps its ratio to it. For going on after TrainingDiverged. Throws
  /// std::invalid_argument where it is not finite and above 0.
  void set_learning_rate(double rate);

  /// On sequences that are not trained on (`draw_held_out`).
  [[nodiscard]] Evaluation evaluate();

  /// As `write_model` has it.
  [[nodiscard]] Safetensors model_file() const;

  /// The model, the optimiser's state and the random numbers': all that `resume` needs.
  [[nodiscard]] Safetensors checkpoint() const;

  /// Goes on from a checkpoint, to the same end as if there had been no interruption. Throws std::invalid_argument that
  /// names what differs where it was made with other options (but for `threads`), and what is missing or of another shape.
  void resume(const SafetensorsView& checkpoint);

 private:
  /// What a run that has gone astray goes back to.
  struct State {
    Index step = 0;
    std::vector<float> parameters, mean, variance;
  };

  void keep_or_restore(const Loss& loss, double gradient_norm, double learning_rate);

  std::unique_ptr<const Task> task_;
  TrainingOptions options_;
  RandomState random_;
  Transformer<float> model_;
  AdamW<float> optimiser_;
  Batch held_out_;
  State last_good_;
  Index steps_taken_ = 0;
  Index high_batches_ = 0;
  std::unique_ptr<ThreadPool> pool_;  ///< kept from step to step
};

/// Whether the file is a checkpoint that `resume` can go on from, rather than the model alone.
[[nodiscard]] bool can_resume(const SafetensorsView& file);

/// Whether a note of a file is for `resume` and tells a reader nothing.
[[nodiscard]] bool is_bookkeeping(const std::string& note);

}  // namespace heed
