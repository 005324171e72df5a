#include "heed/training/training_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "heed/tensor/detail/decimal.h"
#include "heed/tensor/detail/single_precision.h"

namespace heed {
namespace {

constexpr std::pair<const char*, FeedForward> kFeedForwards[] = {
    {"none", FeedForward::kNone}, {"gelu", FeedForward::kGelu}, {"swiglu", FeedForward::kSwiGlu}};
constexpr std::pair<const char*, Positions> kPositions[] = {{"none", Positions::kNone},
                                                            {"learned", Positions::kLearned},
                                                            {"sinusoidal", Positions::kSinusoidal},
                                                            {"rotary", Positions::kRotary}};
constexpr std::pair<const char*, Norm> kNorms[] = {{"layer", Norm::kLayer}, {"rms", Norm::kRms}};
constexpr std::pair<const char*, bool> kFlags[] = {{"false", false}, {"true", true}};

constexpr std::span<const std::pair<const char*, FeedForward>> choices(FeedForward) { return kFeedForwards; }
constexpr std::span<const std::pair<const char*, Positions>> choices(Positions) { return kPositions; }
constexpr std::span<const std::pair<const char*, Norm>> choices(Norm) { return kNorms; }
constexpr std::span<const std::pair<const char*, bool>> choices(bool) { return kFlags; }

[[noreturn]] void refuse(const char* name, const std::string& text, const std::string& expected) {
  throw std::invalid_argument(message({name, " is \"", text, "\"; it must be ", expected}));
}

std::string text_of(double number) { return shortest_decimal(number); }

template <typename Choice>
std::string text_of(Choice value) {
  if constexpr (std::is_integral_v<Choice> && !std::is_same_v<Choice, bool>) {
    return std::to_string(value);
  } else {
    for (const auto& [name, choice] : choices(value))
      if (choice == value) return name;
    return {};
  }
}
std::string text_of(const std::string& text) { return text; }
std::string text_of(std::optional<double> number) { return number ? text_of(*number) : std::string(); }

template <typename Choice>
void read(const char* name, const std::string& text, Choice& value) {
  if constexpr (std::is_integral_v<Choice> && !std::is_same_v<Choice, bool>) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end)
      refuse(name, text, std::is_signed_v<Choice> ? "a whole number" : "a whole number from 0 to 4294967295");
  } else {
    std::string known;
    for (const auto& [word, choice] : choices(value)) {
      if (text == word) {
        value = choice;
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    refuse(name, text, "one of " + known);
  }
}
void read(const char*, const std::string& text, std::string& value) { value = text; }
void read(const char* name, const std::string& text, double& value) {
  const auto number = decimal_number(text);
  if (!number) refuse(name, text, "a number");
  value = *number;
}
void read(const char* name, const std::string& text, std::optional<double>& value) {
  if (text.empty()) {
    value.reset();
  } else {
    read(name, text, value.emplace());
  }
}

/// Of a batch.
constexpr Index kMostTokens = 1 << 20;

struct Option {
  const char* name;
  std::string (*text)(TrainingOptions&);
  void (*set)(const char* name, TrainingOptions&, const std::string&);
};

template <auto access>
constexpr Option option(const char* name) {
  return {name, [](TrainingOptions& o) { return text_of(access(o)); },
          [](const char* n, TrainingOptions& o, const std::string& text) { read(n, text, access(o)); }};
}

using O = TrainingOptions;
constexpr Option kOptions[] = {
    option<[](O& o) -> auto& { return o.task; }>("task"),
    option<[](O& o) -> auto& { return o.task_options.vocabulary; }>("task.vocabulary"),
    option<[](O& o) -> auto& { return o.task_options.length; }>("task.length"),
    option<[](O& o) -> auto& { return o.task_options.least_period; }>("task.least_period"),
    option<[](O& o) -> auto& { return o.task_options.most_period; }>("task.most_period"),
    option<[](O& o) -> auto& { return o.model.vocabulary; }>("vocabulary"),
    option<[](O& o) -> auto& { return o.model.context; }>("context"),
    option<[](O& o) -> auto& { return o.model.layers; }>("layers"),
    option<[](O& o) -> auto& { return o.model.heads; }>("heads"),
    option<[](O& o) -> auto& { return o.model.kv_heads; }>("kv_heads"),
    option<[](O& o) -> auto& { return o.model.d_model; }>("d_model"),
    option<[](O& o) -> auto& { return o.model.feed_forward; }>("feed_forward"),
    option<[](O& o) -> auto& { return o.model.d_ff; }>("d_ff"),
    option<[](O& o) -> auto& { return o.model.positions; }>("positions"),
    option<[](O& o) -> auto& { return o.model.rotary_base; }>("rotary_base"),
    option<[](O& o) -> auto& { return o.model.norm; }>("norm"),
    option<[](O& o) -> auto& { return o.model.norm_epsilon; }>("norm_epsilon"),
    option<[](O& o) -> auto& { return o.model.causal; }>("causal"),
    option<[](O& o) -> auto& { return o.model.scaled; }>("scaled"),
    option<[](O& o) -> auto& { return o.model.bias; }>("bias"),
    option<[](O& o) -> auto& { return o.model.tied; }>("tied"),
    option<[](O& o) -> auto& { return o.optimiser.beta1; }>("beta1"),
    option<[](O& o) -> auto& { return o.optimiser.beta2; }>("beta2"),
    option<[](O& o) -> auto& { return o.optimiser.epsilon; }>("epsilon"),
    option<[](O& o) -> auto& { return o.optimiser.weight_decay; }>("weight_decay"),
    option<[](O& o) -> auto& { return o.batch; }>("batch"),
    option<[](O& o) -> auto& { return o.steps; }>("steps"),
    option<[](O& o) -> auto& { return o.warm_up; }>("warm_up"),
    option<[](O& o) -> auto& { return o.learning_rate; }>("learning_rate"),
    option<[](O& o) -> auto& { return o.final_learning_rate; }>("final_learning_rate"),
    option<[](O& o) -> auto& { return o.largest_gradient; }>("largest_gradient"),
    option<[](O& o) -> auto& { return o.seed; }>("seed"),
};

}  // namespace

TrainingOptions resolve(TrainingOptions options, const TaskInfo& task) {
  const double last = options.final_learning_rate.value_or(options.learning_rate / 10);
  require(options.batch >= 1, {"the batch is ", options.batch, "; it must be at least 1"});
  require(options.batch <= kMostTokens / task.length, {"a batch of ", options.batch, " sequences of ", task.length,
                                                       " tokens is too large; it may have ", kMostTokens, " tokens"});
  require(options.threads >= 1, {"threads is ", options.threads, "; it must be at least 1"});
  require(options.warm_up >= 0 && options.warm_up <= options.steps,
          {"there are ", options.warm_up, " warm-up steps among ", options.steps, " steps"});
  check(options.optimiser);
  require(std::isfinite(options.learning_rate) && options.learning_rate > 0,
          {"the learning rate is ", options.learning_rate, "; it must be finite and above 0"});
  const AdamWOptions& optimiser = options.optimiser;
  for (const double factor : {options.learning_rate, options.learning_rate / (1 - optimiser.beta1),
                              1 - options.learning_rate * optimiser.weight_decay})
    require(is_held_in_single_precision(factor),
            {"the learning rate is ", options.learning_rate, ", beta1 ", optimiser.beta1, " and the weight decay ",
             optimiser.weight_decay, ": a step would multiply by ", factor, "; it must be ", kHeldNumbers});
  require(last >= 0 && last <= options.learning_rate,
          {"the learning rate would go from ", options.learning_rate, " to ", last, "; it must fall, to 0 or above"});
  require(options.largest_gradient >= double{std::numeric_limits<float>::min()},
          {"gradients would be clipped to a norm of ", options.largest_gradient, "; it must be at least ",
           double{std::numeric_limits<float>::min()}});
  options.final_learning_rate = last;
  options.model.vocabulary = static_cast<Index>(task.vocabulary.size());
  options.model.context = task.length;
  check(options.model);
  options.model.kv_heads = options.model.key_value_heads();
  options.model.d_ff = options.model.hidden();
  return options;
}

std::map<std::string, std::string> describe(TrainingOptions options) {
  std::map<std::string, std::string> texts;
  for (const Option& option : kOptions) texts[option.name] = option.text(options);
  return texts;
}

void set_option(TrainingOptions& options, const std::string& name, const std::string& text) {
  for (const Option& option : kOptions)
    if (name == option.name) return option.set(option.name, options, text);
  throw std::invalid_argument(message({"there is no option \"", name, "\""}));
}

}  // namespace heed
