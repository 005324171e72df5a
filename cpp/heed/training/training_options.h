#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "heed/training/adamw.h"
#include "heed/training/tasks/task.h"
#include "heed/training/transformer/transformer_config.h"

namespace heed {

/// Everything that determines a run of training.
struct TrainingOptions {
  std::string task = "induction";             ///< what is learnt
  TaskOptions task_options;                   ///< sizes of the task
  TransformerConfig model;                    ///< its vocabulary and context are the task's
  AdamWOptions optimiser;                     ///< of the steps
  Index batch = 32;                           ///< sequences of a step
  Index steps = 2000;                         ///< after which the learning rate stays at `final_learning_rate`
  Index warm_up = 50;                         ///< steps in which the learning rate rises
  double learning_rate = 3e-3;                ///< the highest
  std::optional<double> final_learning_rate;  ///< a tenth of `learning_rate` where it is not given
  double largest_gradient = 1;                ///< gradients are clipped to this norm
  std::uint32_t seed = 1;                     ///< of the initial parameters and of the examples
  Index threads = 1;                          ///< at least 1
};

/// The options with all that follows from others filled in. Throws std::invalid_argument that names the values that are out
/// of range or clash.
[[nodiscard]] TrainingOptions resolve(TrainingOptions options, const TaskInfo& task);

/// All options that a run depends on, by name ("layers", "learning_rate", "task.length"), as the shortest text that
/// `set_option` reads as the same value; "" where it is not given.
[[nodiscard]] std::map<std::string, std::string> describe(TrainingOptions options);

/// Sets the option called `name`. Throws std::invalid_argument where there is none, or the text is no value of it; whether
/// the values fit together shows when the options are used.
void set_option(TrainingOptions& options, const std::string& name, const std::string& text);

}  // namespace heed
