#pragma once

#include <map>
#include <string>

#include "heed/training/trainer.h"

namespace heed {

/// How a run went.
struct TrainReport {
  std::string command;
  double seconds = 0;
  std::string curve;   ///< of each evaluation on the way, [step,loss,accuracy], separated by commas
  Index held_out = 0;  ///< sequences of the last loss
  Evaluation last;
};

void add_curve_point(TrainReport& report, Index step, const Loss& loss);

/// One JSON object: task, seed, steps, seconds, loss, floor, accuracy, ceiling, and the scores of each head.
[[nodiscard]] std::string report_json(const Trainer& trainer, const TrainReport& report);

using Metadata = std::map<std::string, std::string>;

/// What a model's file says beside its options: the same, and the task's words, the curve, the command and the version of
/// heed. Lists are JSON.
void add_report(Metadata& metadata, const Trainer& trainer, const TrainReport& report);

/// What a checkpoint keeps for the report, and what goes on from it.
void add_progress(Metadata& metadata, const TrainReport& report);
void read_progress(const Metadata& metadata, TrainReport& report);

}  // namespace heed
