#include <emscripten/bind.h>

#include "../held.h"
#include "heed/training/trainer.h"
#include "model_object.h"
#include "training_arguments.h"

// Training, one step a call.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(OptionsArgument)

std::shared_ptr<Trainer> make_trainer(const OptionsArgument& options) {
  return guarded([&] { return std::make_shared<Trainer>(training_options(options)); });
}

/// One that goes on from a checkpoint.
std::shared_ptr<Trainer> resumed_trainer(const Bytes& checkpoint) {
  return guarded([&] {
    const std::vector<std::byte> held = bytes_argument(checkpoint, "checkpoint");
    const SafetensorsView file = view_safetensors(held);
    auto trainer = std::make_shared<Trainer>(read_model(file).options);
    trainer->resume(file);
    return trainer;
  });
}

/// Throws an Error called TrainingDiverged where training went astray.
StepReport step(Trainer& trainer) {
  std::string why;
  const auto report = guarded([&]() -> std::optional<StepReport> {
    try {
      return trainer.step();
    } catch (const TrainingDiverged& error) {
      why = error.what();
      return {};
    }
  });
  if (report) return *report;
  val error = val::global("Error").new_(why);
  error.set("name", "TrainingDiverged");
  error.throw_();
  __builtin_unreachable();
}

double steps_taken(const Trainer& trainer) { return static_cast<double>(trainer.steps_taken()); }

void set_learning_rate(Trainer& trainer, const Number& rate) {
  guarded([&] { trainer.set_learning_rate(number(rate, "rate")); });
}

EvaluationObject evaluate_trainer(Trainer& trainer) {
  return guarded([&] { return to_js(trainer.evaluate()); });
}

Float32Array parameters(Trainer& trainer) {
  return guarded([&] {
    const auto all = trainer.model().parameters();
    return Float32Array(val(emscripten::typed_memory_view(all.size(), all.data())).call<val>("slice"));
  });
}

/// The network as it is now, apart from the one that is trained.
std::shared_ptr<Model> model(const Trainer& trainer) {
  return guarded([&] { return std::make_shared<Model>(trainer.model_file(), true); });
}

Bytes checkpoint(const Trainer& trainer) {
  return guarded([&] { return to_js(write_safetensors(trainer.checkpoint())); });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(trainer) {
  register_type<OptionsArgument>("object");
  value_object<heed::StepReport>("StepReport")
      .field("step", &heed::StepReport::step)
      .field("loss", &heed::StepReport::loss)
      .field("accuracy", &heed::StepReport::accuracy)
      .field("gradientNorm", &heed::StepReport::gradient_norm)
      .field("learningRate", &heed::StepReport::learning_rate);
  class_<heed::Trainer>("Trainer")
      .smart_ptr<std::shared_ptr<heed::Trainer>>("TrainerPointer")
      .property("stepsTaken", &steps_taken)
      .function("step()", held<&step>)
      .function("evaluate()", held<&evaluate_trainer>)
      .function("parameters()", held<&parameters>)
      .function("model()", held<&model>)
      .function("checkpoint()", held<&checkpoint>)
      .function("setLearningRate(rate)", held<&set_learning_rate>);
  function("trainer(options)", &make_trainer);
  function("resumedTrainer(checkpoint)", &resumed_trainer);
}
