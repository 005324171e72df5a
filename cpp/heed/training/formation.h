#pragma once

#include <optional>
#include <span>

#include "heed/training/head_scores.h"

namespace heed {

/// When a score rose from little to more than half of all attention, over the checkpoints of a run.
struct Rise {
  double step = 0;   ///< of the first checkpoint at which the score is past the middle of its rise
  double begin = 0;  ///< the last before it at which at most a tenth of the rise was done
  double end = 0;    ///< the first from it on at which nine tenths were done
  double from = 0;   ///< the score at `begin`
  double to = 0;     ///< the score at `end`
};

/// None where the score never rises from at most a quarter to at least a half. Scores that are not finite count as those
/// before them, 0 at first. Throws std::invalid_argument where steps and scores differ in number.
[[nodiscard]] std::optional<Rise> rise_of(std::span<const double> steps, std::span<const double> scores);

}  // namespace heed
