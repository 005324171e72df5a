#include "training_arguments.h"

#include <algorithm>
#include <iterator>

namespace heed::js {
namespace {

/// What JavaScript calls an option of the core.
struct Name {
  const char* ours;
  const char* core;
};

constexpr Name kNames[] = {
    {"task", "task"},
    {"vocabulary", "task.vocabulary"},
    {"length", "task.length"},
    {"leastPeriod", "task.least_period"},
    {"mostPeriod", "task.most_period"},
    {"layers", "layers"},
    {"heads", "heads"},
    {"kvHeads", "kv_heads"},
    {"width", "d_model"},
    {"feedForward", "feed_forward"},
    {"feedForwardWidth", "d_ff"},
    {"positions", "positions"},
    {"rotaryBase", "rotary_base"},
    {"norm", "norm"},
    {"normEpsilon", "norm_epsilon"},
    {"causal", "causal"},
    {"scaled", "scaled"},
    {"bias", "bias"},
    {"tied", "tied"},
    {"beta1", "beta1"},
    {"beta2", "beta2"},
    {"epsilon", "epsilon"},
    {"weightDecay", "weight_decay"},
    {"batch", "batch"},
    {"steps", "steps"},
    {"warmUp", "warm_up"},
    {"learningRate", "learning_rate"},
    {"finalLearningRate", "final_learning_rate"},
    {"largestGradient", "largest_gradient"},
    {"seed", "seed"},
};

/// A text as the boolean or the number that it stands for, or as it is.
val value_of(const std::string& text) {
  if (text == "true" || text == "false") return val(text == "true");
  const double number = val::global("Number")(text).as<double>();
  return number == number && !text.empty() ? val(number) : val(text);
}

}  // namespace

TrainingOptions training_options(const val& object) {
  TrainingOptions options;
  const val keys = val::global("Object").call<val>("keys", val::global("Object")(object));
  for (int i = 0; i < keys["length"].as<int>(); ++i) {
    const std::string key = keys[i].as<std::string>();
    const auto* const name = std::ranges::find(kNames, key, &Name::ours);
    require(name != std::end(kNames), {"there is no option \"", key, "\""});
    const val value = property(object, key.c_str());
    if (!value.isUndefined()) set_option(options, name->core, val::global("String")(value).as<std::string>());
  }
  return options;
}

val to_js(const TrainingOptions& options) {
  const auto texts = describe(options);
  val object = val::object();
  for (const auto& [ours, core] : kNames) object.set(ours, value_of(texts.at(core)));
  return object;
}

}  // namespace heed::js
