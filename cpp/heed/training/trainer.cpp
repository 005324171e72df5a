#include "heed/training/trainer.h"

#include <algorithm>
#include <cmath>

#include "heed/training/detail/parameters.h"

namespace heed {
namespace {

/// Steps between copies of the parameters to go back to.
constexpr Index kKeepEvery = 20;
/// Batches in a row that are too high: one may be by chance.
constexpr Index kHighBatches = 3;

}  // namespace

Trainer::Trainer(const TrainingOptions& options)
    : task_(make_task(options.task, options.task_options)),
      options_(resolve(options, task_->info())),
      random_(options.seed),
      model_(options_.model, random_),
      optimiser_(model_.layout().size, options.optimiser),
      held_out_(draw_held_out(*task_)),
      pool_(std::make_unique<ThreadPool>(options_.threads)) {}

StepReport Trainer::step() {
  const Batch batch = task_->draw(random_, options_.batch);
  const double rate = learning_rate_at(steps_taken_, options_.steps, options_.warm_up, options_.learning_rate,
                                       *options_.final_learning_rate);
  const Loss loss = model_.loss_and_gradients(batch.tokens, batch.targets, batch.batch, pool_.get());
  const double norm = clip_gradients(model_.gradients(), options_.largest_gradient);
  keep_or_restore(loss, norm, rate);
  update_parameters<float>(optimiser_, model_.layout().parameters, model_.parameters(), model_.gradients(), rate);
  ++steps_taken_;
  return {steps_taken_, loss.mean(), loss.accuracy(), norm, rate};
}

void Trainer::keep_or_restore(const Loss& loss, double gradient_norm, double learning_rate) {
  const double guessing = std::log(static_cast<double>(options_.model.vocabulary));
  // A random network may start far above guessing; it must not come to be so.
  const bool far = loss.mean() > 2 * guessing;
  const bool high = far && steps_taken_ > options_.warm_up;
  high_batches_ = high ? high_batches_ + 1 : 0;
  const std::span<float> parameters = model_.parameters();
  if (std::isfinite(loss.mean()) && std::isfinite(gradient_norm) && high_batches_ < kHighBatches) {
    // Whatever the start is, it is better than nothing to go back to; what is far above guessing later is not good.
    if ((far && !last_good_.parameters.empty()) || steps_taken_ % kKeepEvery != 0) return;
    last_good_.step = steps_taken_;
    last_good_.parameters.assign(parameters.begin(), parameters.end());
    last_good_.mean = optimiser_.mean();
    last_good_.variance = optimiser_.variance();
    return;
  }
  high_batches_ = 0;
  const Index at = steps_taken_;
  if (!last_good_.parameters.empty()) {
    std::ranges::copy(last_good_.parameters, parameters.begin());
    optimiser_.restore(last_good_.step, last_good_.mean, last_good_.variance);
    steps_taken_ = last_good_.step;
  }
  throw TrainingDiverged(
      message({"training diverged after ", at, " steps: the loss was ", loss.mean(), " where guessing has ", guessing,
               ". The learning rate was ", learning_rate, "; try a smaller one"}));
}

void Trainer::set_learning_rate(double rate) {
  TrainingOptions changed = options_;
  // Where both are the same, rounding must not lift the last above the first.
  changed.final_learning_rate = std::min(rate, *options_.final_learning_rate * (rate / options_.learning_rate));
  changed.learning_rate = rate;
  options_ = resolve(changed, task_->info());
}

Evaluation Trainer::evaluate() { return heed::evaluate(model_, held_out_); }

}  // namespace heed
