#pragma once

#include <vector>

#include "heed/training/head_scores.h"
#include "heed/training/tasks/task.h"
#include "heed/training/transformer/transformer.h"

namespace heed {

/// The loss of a model on a batch, and what each of its heads attends to.
struct Evaluation {
  Loss loss;                                   ///< of the scored tokens
  std::vector<std::vector<HeadScores>> heads;  ///< [layer][head]
};

/// Sequences that are not trained on: drawn from a seed of their own, the same for every model of a task.
[[nodiscard]] Batch draw_held_out(const Task& task, Index sequences);

/// 64 of them; of long ones as many as have 16,384 tokens, so that evaluating takes no longer than some steps of training.
[[nodiscard]] Batch draw_held_out(const Task& task);

/// Loss and head scores of the model on the sequences; the latter up to the last token that something scored follows.
[[nodiscard]] Evaluation evaluate(Transformer<float>& model, const Batch& sequences);

}  // namespace heed
