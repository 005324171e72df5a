#pragma once

#include "../js_arrays.h"
#include "heed/training/evaluation.h"
#include "heed/training/model_file.h"

namespace heed::js {

EMSCRIPTEN_DECLARE_VAL_TYPE(OptionsObject)
EMSCRIPTEN_DECLARE_VAL_TYPE(Words)
EMSCRIPTEN_DECLARE_VAL_TYPE(Notes)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadList)
EMSCRIPTEN_DECLARE_VAL_TYPE(ScoresArray)
EMSCRIPTEN_DECLARE_VAL_TYPE(MapsArray)
EMSCRIPTEN_DECLARE_VAL_TYPE(ExamplesArray)

struct ModelInfoObject {
  OptionsObject options = OptionsObject(val::undefined());
  Words vocabulary = Words(val::undefined());
  double floor = 0;
  double guessing = 0;
  double ceiling = 0;
  double parameters = 0;
  double layers = 0;
  double heads = 0;
  double step = 0;
  bool can_train = false;
  Notes metadata = Notes(val::undefined());
};

struct EvaluationObject {
  double loss = 0;
  double accuracy = 0;
  ScoresArray heads = ScoresArray(val::undefined());
};

[[nodiscard]] EvaluationObject to_js(const Evaluation& evaluation);

struct RunObject {
  MapsArray maps = MapsArray(val::undefined());
  Float32Array probabilities = Float32Array(val::undefined());
  Numbers predictions = Numbers(val::undefined());
};

/// A network to be looked at, and what its file says of it.
class Model {
 public:
  /// `can_train`: whether there is more than the network, so that training can go on.
  Model(const SafetensorsView& file, bool can_train);

  [[nodiscard]] ModelInfoObject info() const;

  /// Takes other values of its parameters, as after `step` steps; what is refused changes nothing.
  void set_parameters(const Float32Array& parameters, const Number& step);

  /// What it does with a sequence, without the heads that are `off`, where no token attends to the positions that are `hidden`.
  [[nodiscard]] RunObject run(const Numbers& tokens, const HeadList& off, const Numbers& hidden);

  /// On the task's held-out sequences.
  [[nodiscard]] EvaluationObject evaluate(const HeadList& off);

  /// Sequences of the task, the same for the same seed.
  [[nodiscard]] ExamplesArray examples(const Number& seed, const Number& count) const;

  [[nodiscard]] Bytes file() const;

 private:
  TrainedModel model_;
  std::map<std::string, std::string> notes_;
  bool can_train_;
  Batch held_out_;
};

}  // namespace heed::js
