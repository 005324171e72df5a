#pragma once

#include <string>
#include <vector>

#include "heed/io/safetensors.h"
#include "heed/training/training_options.h"

namespace heed {

/// What heed_train is asked to do.
struct TrainArguments {
  TrainingOptions options;
  std::string json;
  std::string out;
  std::string checkpoint;
  ElementType stored_as = ElementType::kF32;
  Index held_out = 64;  ///< sequences of the final loss
};

void print_train_help();

/// Throws std::invalid_argument that names what it does not know.
[[nodiscard]] TrainArguments parse_train_arguments(const std::vector<std::string>& words);

/// The command that gives the same model: without where other files are kept, and without what the result does not depend on.
[[nodiscard]] std::string train_command(const std::vector<std::string>& words);

}  // namespace heed
