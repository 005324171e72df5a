#include <emscripten/bind.h>

#include "../held.h"
#include "heed/attention/metrics/head_label.h"
#include "heed/training/trainer.h"
#include "model_object.h"

// A trained network: what it looks at, what it foretells, and how well without some of its heads.

namespace heed::js {
namespace {

std::shared_ptr<Model> open_model(const Bytes& bytes) {
  return guarded([&] {
    const std::vector<std::byte> held = bytes_argument(bytes, "file");
    const SafetensorsView file = view_safetensors(held);
    return std::make_shared<Model>(file, can_resume(file));
  });
}

ModelInfoObject info(const Model& model) {
  return guarded([&] { return model.info(); });
}

void set_parameters(Model& model, const Float32Array& parameters, const Number& step) {
  guarded([&] { model.set_parameters(parameters, step); });
}

RunObject run(Model& model, const Numbers& tokens, const HeadList& off) {
  return guarded([&] { return model.run(tokens, off, Numbers(val::array())); });
}

RunObject run_hiding(Model& model, const Numbers& tokens, const HeadList& off, const Numbers& hidden) {
  return guarded([&] { return model.run(tokens, off, hidden); });
}

EvaluationObject evaluate_model(Model& model, const HeadList& off) {
  return guarded([&] { return model.evaluate(off); });
}

ExamplesArray examples(const Model& model, const Number& seed, const Number& count) {
  return guarded([&] { return model.examples(seed, count); });
}

EMSCRIPTEN_DECLARE_VAL_TYPE(LabelName)

LabelName label(const HeadScores& scores) {
  return LabelName(val(name_of(label_of(scores, {.induction = scores.induction}))));
}

/// A label follows from the scores: what JavaScript says of it is not read.
void ignore_label(HeadScores&, const LabelName&) {}

Bytes file(const Model& model) {
  return guarded([&] { return model.file(); });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

// Of the metrics that scores begin with.
using Score = double heed::HeadScores::*;

EMSCRIPTEN_BINDINGS(model) {
  register_type<Bytes>("Uint8Array");
  register_type<Numbers>("number[]");
  register_type<Words>("string[]");
  register_type<Notes>("Record<string, string>");
  register_type<OptionsObject>("Record<string, string | number | boolean>");
  register_type<HeadList>("{ layer: number; head: number }[]");
  register_type<ScoresArray>("HeadScores[][]");
  register_type<LabelName>(
      "'other' | 'previous token' | 'first token' | 'self' | 'duplicate token' | 'induction' | 'local' | 'broad'");
  register_type<MapsArray>(
      "{ queries: number; keys: number; weights: Float32Array; entropy: Float32Array; normalisedEntropy: Float32Array;"
      " largestEntropy: Float32Array; visibleKeys: Float32Array; meanWeight: number; maxWeight: number;"
      " minWeight: number; meanEntropy: number }[][]");
  register_type<ExamplesArray>("{ tokens: number[]; targets: number[] }[]");

  value_object<ModelInfoObject>("ModelInfo")
      .field("options", &ModelInfoObject::options)
      .field("vocabulary", &ModelInfoObject::vocabulary)
      .field("floor", &ModelInfoObject::floor)
      .field("guessing", &ModelInfoObject::guessing)
      .field("ceiling", &ModelInfoObject::ceiling)
      .field("parameters", &ModelInfoObject::parameters)
      .field("layers", &ModelInfoObject::layers)
      .field("heads", &ModelInfoObject::heads)
      .field("step", &ModelInfoObject::step)
      .field("canTrain", &ModelInfoObject::can_train)
      .field("metadata", &ModelInfoObject::metadata);
  value_object<heed::HeadScores>("HeadScores")
      .field("previousToken", Score(&heed::HeadScores::previous_token))
      .field("induction", &heed::HeadScores::induction)
      .field("firstToken", Score(&heed::HeadScores::first_token))
      .field("self", Score(&heed::HeadScores::self))
      .field("meanDistance", Score(&heed::HeadScores::mean_distance))
      .field("local", Score(&heed::HeadScores::local))
      .field("entropy", Score(&heed::HeadScores::entropy))
      .field("label", &label, &ignore_label);
  value_object<EvaluationObject>("Evaluation")
      .field("loss", &EvaluationObject::loss)
      .field("accuracy", &EvaluationObject::accuracy)
      .field("heads", &EvaluationObject::heads);
  value_object<RunObject>("ModelRun")
      .field("maps", &RunObject::maps)
      .field("probabilities", &RunObject::probabilities)
      .field("predictions", &RunObject::predictions);
  class_<Model>("Model")
      .smart_ptr<std::shared_ptr<Model>>("ModelPointer")
      .property("info", &info)
      .function("setParameters(parameters, step)", held<&set_parameters>)
      .function("run(tokens, off)", held<&run>)
      .function("runHiding(tokens, off, hidden)", held<&run_hiding>)
      .function("evaluate(off)", held<&evaluate_model>)
      .function("examples(seed, count)", held<&examples>)
      .function("file()", held<&file>);
  function("openModel(file)", &open_model);
}
