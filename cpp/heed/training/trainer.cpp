#include "heed/training/trainer.h"

#include <algorithm>
#include <cmath>

namespace heed {
namespace {

constexpr Index kHeldOut = 64;
constexpr std::uint32_t kHeldOutSeed = 0x48454544;  // apart from the small seeds that runs are given
/// Steps between copies of the parameters to go back to.
constexpr Index kKeepEvery = 20;

TrainingOptions checked(TrainingOptions options, const TaskInfo& task) {
  require(options.batch >= 1, {"the batch is ", options.batch, "; it must be at least 1"});
  require(options.threads >= 1, {"threads is ", options.threads, "; it must be at least 1"});
  require(options.warm_up >= 0 && options.warm_up <= options.steps,
          {"there are ", options.warm_up, " warm-up steps among ", options.steps, " steps"});
  require(std::isfinite(options.learning_rate) && options.learning_rate > 0,
          {"the learning rate is ", options.learning_rate, "; it must be finite and above 0"});
  require(options.final_learning_rate >= 0 && options.final_learning_rate <= options.learning_rate,
          {"the learning rate would go from ", options.learning_rate, " to ", options.final_learning_rate,
           "; it must fall, to 0 or above"});
  require(options.largest_gradient > 0,
          {"gradients would be clipped to a norm of ", options.largest_gradient, "; it must be above 0"});
  options.model.vocabulary = static_cast<Index>(task.vocabulary.size());
  options.model.context = task.length;
  return options;
}

Batch draw_held_out(const Task& task) {
  RandomState random(kHeldOutSeed);
  return task.draw(random, kHeldOut);
}

}  // namespace

Trainer::Trainer(const TrainingOptions& options)
    : task_(make_task(options.task, options.task_options)),
      random_(options.seed),
      model_(checked(options, task_->info()).model, random_),
      optimiser_(model_.layout().size, options.optimiser),
      held_out_(draw_held_out(*task_)) {
  options_ = checked(options, task_->info());
}

StepReport Trainer::step() {
  const Batch batch = task_->draw(random_, options_.batch);
  const double rate = learning_rate_at(steps_taken_, options_.steps, options_.warm_up, options_.learning_rate,
                                       options_.final_learning_rate);
  const Loss loss = model_.loss_and_gradients(batch.tokens, batch.targets, batch.batch, options_.threads);
  const double norm = clip_gradients(model_.gradients(), options_.largest_gradient);
  keep_or_restore(loss, norm, rate);
  optimiser_.begin_step();
  for (const Parameter& parameter : model_.layout().parameters) {
    const auto first = static_cast<std::size_t>(parameter.offset);
    const auto size = static_cast<std::size_t>(parameter.size());
    optimiser_.update(parameter.offset, model_.parameters().subspan(first, size),
                      model_.gradients().subspan(first, size), rate, parameter.decays());
  }
  ++steps_taken_;
  return {steps_taken_, loss.mean(), loss.accuracy(), norm, rate};
}

void Trainer::keep_or_restore(const Loss& loss, double gradient_norm, double learning_rate) {
  const double guessing = std::log(static_cast<double>(options_.model.vocabulary));
  // A random network may start far above guessing; it must not come to be so.
  const bool high = steps_taken_ > options_.warm_up && loss.mean() > 2 * guessing;
  const std::span<float> parameters = model_.parameters();
  if (std::isfinite(loss.mean()) && std::isfinite(gradient_norm) && !high) {
    if (steps_taken_ % kKeepEvery == 0) last_good_.assign(parameters.begin(), parameters.end());
    return;
  }
  if (!last_good_.empty()) std::copy(last_good_.begin(), last_good_.end(), parameters.begin());
  throw TrainingDiverged(
      message({"training diverged after ", steps_taken_, " steps: the loss was ", loss.mean(), " where guessing has ",
               guessing, ". The learning rate was ", learning_rate, "; try a smaller one"}));
}

Evaluation Trainer::evaluate() {
  Evaluation evaluation;
  evaluation.loss = model_.evaluate(held_out_.tokens, held_out_.targets, held_out_.batch);
  for (Index layer = 0; layer < options_.model.layers; ++layer)
    evaluation.heads.push_back(head_scores<float>(model_.attention_weights(layer), held_out_.tokens));
  return evaluation;
}

}  // namespace heed
