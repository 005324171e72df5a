#include <charconv>

#include "heed/training/trainer.h"

namespace heed {
namespace {

constexpr const char* kStep = "step";
constexpr const char* kMean = "optimiser.mean";
constexpr const char* kVariance = "optimiser.variance";

/// The shortest text that is read as the same number.
template <typename Number>
std::string text_of(Number number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::string name_of(FeedForward feed_forward) {
  switch (feed_forward) {
    case FeedForward::kNone:
      return "none";
    case FeedForward::kGelu:
      return "gelu";
    case FeedForward::kSwiGlu:
      return "swiglu";
  }
  return {};
}

std::string name_of(Positions positions) {
  switch (positions) {
    case Positions::kNone:
      return "none";
    case Positions::kLearned:
      return "learned";
    case Positions::kSinusoidal:
      return "sinusoidal";
    case Positions::kRotary:
      return "rotary";
  }
  return {};
}

/// All options that a run depends on.
std::map<std::string, std::string> described(const TrainingOptions& options) {
  const TransformerConfig& model = options.model;
  const AdamWOptions& optimiser = options.optimiser;
  return {
      {"task", options.task},
      {"task.vocabulary", text_of(options.task_options.vocabulary)},
      {"task.length", text_of(options.task_options.length)},
      {"task.least_period", text_of(options.task_options.least_period)},
      {"task.most_period", text_of(options.task_options.most_period)},
      {"vocabulary", text_of(model.vocabulary)},
      {"context", text_of(model.context)},
      {"layers", text_of(model.layers)},
      {"heads", text_of(model.heads)},
      {"kv_heads", text_of(model.key_value_heads())},
      {"d_model", text_of(model.d_model)},
      {"feed_forward", name_of(model.feed_forward)},
      {"d_ff", text_of(model.hidden())},
      {"positions", name_of(model.positions)},
      {"rotary_base", text_of(model.rotary_base)},
      {"norm", model.norm == Norm::kLayer ? "layer" : "rms"},
      {"norm_epsilon", text_of(model.norm_epsilon)},
      {"causal", model.causal ? "true" : "false"},
      {"bias", model.bias ? "true" : "false"},
      {"tied", model.tied ? "true" : "false"},
      {"beta1", text_of(optimiser.beta1)},
      {"beta2", text_of(optimiser.beta2)},
      {"epsilon", text_of(optimiser.epsilon)},
      {"weight_decay", text_of(optimiser.weight_decay)},
      {"batch", text_of(options.batch)},
      {"steps", text_of(options.steps)},
      {"warm_up", text_of(options.warm_up)},
      {"learning_rate", text_of(options.learning_rate)},
      {"final_learning_rate", text_of(options.final_learning_rate)},
      {"largest_gradient", text_of(options.largest_gradient)},
      {"seed", text_of(options.seed)},
  };
}

const std::string& note(const Safetensors& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  require(found != file.metadata.end(), {"the checkpoint does not say its ", key});
  return found->second;
}

const std::vector<float>& values(const Safetensors& file, const std::string& name, const std::vector<Index>& shape) {
  const auto found = file.tensors.find(name);
  require(found != file.tensors.end(), {"the checkpoint has no ", name});
  require(found->second.shape == shape, {"the checkpoint's ", name, " is of another shape than this model's"});
  return found->second.values;
}

}  // namespace

Safetensors Trainer::model_file() const {
  Safetensors file{described(options_), {}};
  file.metadata[kStep] = text_of(steps_taken_);
  for (const Parameter& parameter : model_.layout().parameters) {
    const auto part = model_.parameters().subspan(static_cast<std::size_t>(parameter.offset),
                                                  static_cast<std::size_t>(parameter.size()));
    file.tensors[parameter.name] = {{parameter.rows, parameter.columns}, {part.begin(), part.end()}};
  }
  return file;
}

Safetensors Trainer::checkpoint() const {
  Safetensors file = model_file();
  file.tensors[kMean] = {{model_.layout().size}, optimiser_.mean()};
  file.tensors[kVariance] = {{model_.layout().size}, optimiser_.variance()};
  return file;
}

void Trainer::resume(const Safetensors& checkpoint) {
  for (const auto& [key, value] : described(options_)) {
    const std::string& theirs = note(checkpoint, key);
    require(theirs == value, {"the checkpoint's ", key, " is ", theirs, ", but this run's is ", value});
  }
  const std::string& step = note(checkpoint, kStep);
  Index steps = -1;
  const char* const end = step.data() + step.size();
  require(std::from_chars(step.data(), end, steps).ptr == end && steps >= 0 && steps <= options_.steps,
          {"the checkpoint is of step \"", step, "\" in a run of ", options_.steps});

  std::vector<float> parameters(model_.parameters().size());
  for (const Parameter& parameter : model_.layout().parameters) {
    const auto& part = values(checkpoint, parameter.name, {parameter.rows, parameter.columns});
    std::copy(part.begin(), part.end(), parameters.begin() + parameter.offset);
  }
  const std::vector<Index> all{model_.layout().size};
  optimiser_.restore(steps, values(checkpoint, kMean, all), values(checkpoint, kVariance, all));
  std::copy(parameters.begin(), parameters.end(), model_.parameters().begin());
  last_good_ = std::move(parameters);
  // Random numbers are where they were once the batches so far have been drawn again.
  random_ = RandomState(options_.seed);
  Transformer<float>(options_.model, random_);
  for (steps_taken_ = 0; steps_taken_ < steps; ++steps_taken_) (void)task_->draw(random_, options_.batch);
}

}  // namespace heed
