#pragma once

#include <memory>

#include "heed/io/safetensors.h"
#include "heed/training/training_options.h"
#include "heed/training/transformer/transformer.h"

namespace heed {

/// Files from before there was this option do not say it: it is as by default.
inline constexpr const char* kLaterOption = "scaled";

/// So that more steps can be counted, on 32 bits too.
inline constexpr Index kMostSteps = 2'000'000'000;

/// A network, and what its file says about it.
struct TrainedModel {
  TrainingOptions options;           ///< that it was trained with
  std::unique_ptr<const Task> task;  ///< what it has learnt
  Transformer<float> network;        ///< with the file's parameters
  Index step = 0;                    ///< how many steps were taken
};

/// The parameters by name; the options and the number of steps are the metadata.
[[nodiscard]] Safetensors write_model(const Transformer<float>& network, const TrainingOptions& options, Index step);

/// What `write_model` wrote, whatever else the file holds and in whatever type of real numbers. Throws std::invalid_argument that names what is missing, is no
/// value of its option or of another shape; no more memory is taken than the file justifies.
[[nodiscard]] TrainedModel read_model(const SafetensorsView& file);

}  // namespace heed
