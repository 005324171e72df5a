#include "heed/training/model_file.h"

#include <charconv>

#include "heed/training/detail/parameters.h"

namespace heed {
namespace {

constexpr const char* kStep = "step";

const std::string& note(const SafetensorsView& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  require(found != file.metadata.end(), {"the model's file does not say its ", key});
  return found->second;
}

Index step_of(const SafetensorsView& file) {
  const std::string& text = note(file, kStep);
  Index step = -1;
  const char* const end = text.data() + text.size();
  require(std::from_chars(text.data(), end, step).ptr == end && step >= 0,
          {"the model's step is \"", text, "\"; it must be a whole number from 0"});
  require(step <= kMostSteps, {"the model's step is ", step, "; it must be at most ", kMostSteps});
  return step;
}

TrainingOptions options_of(const SafetensorsView& file) {
  TrainingOptions options;
  for (const auto& [name, _] : describe(options))
    if (name != kLaterOption || file.metadata.contains(name)) set_option(options, name, note(file, name));
  return options;
}

void check_shapes(const SafetensorsView& file, const TransformerConfig& config) {
  for (const Parameter& parameter : TransformerLayout(config).parameters) {
    const auto found = file.tensors.find(parameter.name);
    require(found != file.tensors.end(), {"the model's file has no ", parameter.name});
    const std::vector<Index>& shape = found->second.shape;
    require(shape == std::vector<Index>{parameter.rows, parameter.columns},
            {"the model's ", parameter.name, " is of another shape than its options say, ", parameter.rows, " × ",
             parameter.columns});
  }
}

}  // namespace

Safetensors write_model(const Transformer<float>& network, const TrainingOptions& options, Index step) {
  Safetensors file{describe(options), {}};
  file.metadata[kStep] = std::to_string(step);
  write_parameters(network.layout().parameters, network.parameters(), file);
  return file;
}

TrainedModel read_model(const SafetensorsView& file) {
  const TrainingOptions written = options_of(file);
  const Index step = step_of(file);
  auto task = make_task(written.task, written.task_options);
  const TrainingOptions options = resolve(written, task->info());
  check_shapes(file, options.model);
  RandomState unused(0);
  TrainedModel model{options, std::move(task), Transformer<float>(options.model, unused), step};
  read_parameters(file, model.network.layout().parameters, model.network.parameters());
  return model;
}

}  // namespace heed
