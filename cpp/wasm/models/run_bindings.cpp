#include <emscripten/bind.h>

#include "../held.h"
#include "heed/model/model_run.h"
#include "model_loader.h"

// Runs: a pass over a text, and what views of it are computed from.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(RunOptionsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(KindArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadWeightsValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadReportValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(PredictionList)
EMSCRIPTEN_DECLARE_VAL_TYPE(WhichTokens)

/// A run, and the model that must be there as long.
struct KeptRun {
  std::shared_ptr<OpenModel> model;
  ModelRun run;
};

/// The model is held while the arguments are read, as in held.h.
std::shared_ptr<KeptRun> run(std::shared_ptr<OpenModel> model, const ForwardInputsArgument& given,
                             const RunOptionsArgument& options) {
  return guarded([&] {
    if (!model) throw std::invalid_argument("model is null; it must be a model");
    const ForwardInputs inputs(given);
    return std::make_shared<KeptRun>(
        KeptRun{model, ModelRun(model->loaded.model, inputs.view(), interventions_at(options))});
  });
}

AttentionKind kind_argument(const KeptRun& kept, const val& kind) {
  return attention_kind(kind, "kind").value_or(kept.model->loaded.model.main_attention());
}

// One instance of `set` for each type of value, whatever the names: it is a page that downloads them.
[[gnu::noinline]] void set(val& object, const char* name, double number) { object.set(name, number); }
[[gnu::noinline]] void set(val& object, const char* name, const val& value) { object.set(name, value); }
void set(val& object, const char* name, Index number) { set(object, name, static_cast<double>(number)); }
void set(val& object, const char* name, float number) { set(object, name, double{number}); }

template <typename Scalar>
void set(val& object, const char* name, const std::vector<Scalar>& numbers) {
  set(object, name, val(emscripten::typed_memory_view(numbers.size(), numbers.data())).template call<val>("slice"));
}

HeadWeightsValue to_js(const HeadWeights& head) {
  val object = val::object();
  set(object, "queries", head.weights.shape.length);
  set(object, "keys", head.weights.shape.dim);
  set(object, "weights", head.weights.data);
  set(object, "visible", head.visible.data);
  set(object, "visibleKeys", head.visible_keys.data);
  set(object, "entropy", head.entropy.data);
  set(object, "largest", head.largest);
  return HeadWeightsValue(object);
}

HeadWeightsValue head(const KeptRun& kept, const Number& layer, const Number& head, const KindArgument& kind) {
  return guarded([&] {
    return to_js(kept.run.head(kind_argument(kept, kind), whole_number(layer, "layer"), whole_number(head, "head")));
  });
}

HeadWeightsValue mean_of_heads(const KeptRun& kept, const Number& layer, const KindArgument& kind) {
  return guarded(
      [&] { return to_js(kept.run.mean_of_heads(kind_argument(kept, kind), whole_number(layer, "layer"))); });
}

HeadReportValue report(const KeptRun& kept, const Number& layer, const Number& head, const Number& block,
                       const KindArgument& kind) {
  return guarded([&] {
    const HeadReport found = kept.run.report(kind_argument(kept, kind), whole_number(layer, "layer"),
                                             whole_number(head, "head"), whole_number(block, "block"));
    val object = val::object();
    set(object, "previousToken", found.metrics.previous_token);
    set(object, "firstToken", found.metrics.first_token);
    set(object, "self", found.metrics.self);
    set(object, "meanDistance", found.metrics.mean_distance);
    set(object, "local", found.metrics.local);
    set(object, "entropy", found.metrics.entropy);
    set(object, "duplicateToken", found.tokens.duplicate_token);
    set(object, "induction", found.tokens.induction);
    set(object, "label", val(name_of(found.label)));
    val thumbnail = val::object();
    set(thumbnail, "rows", found.thumbnail.shape.length);
    set(thumbnail, "columns", found.thumbnail.shape.dim);
    set(thumbnail, "cells", found.thumbnail.data);
    set(object, "thumbnail", thumbnail);
    return HeadReportValue(object);
  });
}

/// Of the `which` most likely tokens where it is a number, of the tokens that it lists otherwise.
PredictionList predictions(const KeptRun& kept, const Number& layer, const Number& position, const WhichTokens& which) {
  return guarded([&] {
    const Index of_layer = whole_number(layer, "layer");
    const Index at = whole_number(position, "position");
    std::vector<TokenPrediction> found;
    if (which.isNumber()) {
      found = kept.run.most_likely(of_layer, at, whole_number(which, "count"));
    } else {
      const std::vector<std::int32_t> ids = whole_numbers(which, "ids");
      found = kept.run.predictions(of_layer, at, std::vector<Index>(ids.begin(), ids.end()));
    }
    return PredictionList(array_of(found, [](const TokenPrediction& prediction) {
      val object = val::object();
      set(object, "id", prediction.id);
      set(object, "logit", prediction.logit);
      set(object, "probability", prediction.probability);
      set(object, "rank", prediction.rank);
      return object;
    }));
  });
}

EMSCRIPTEN_BINDINGS(heed_model_runs) {
  using namespace emscripten;
  register_type<RunOptionsArgument>(
      "{ interventions?: {"
      " ablate?: { layer: number; head: number; kind?: \"encoder\" | \"decoder\" | \"cross\" }[];"
      " mask?: { layer: number; head: number; query: number; key: number;"
      " kind?: \"encoder\" | \"decoder\" | \"cross\" }[];"
      " patch?: { layer: number; position: number; values: Float32Array; kind?: \"encoder\" | \"decoder\" }[] } }");
  register_type<KindArgument>("\"encoder\" | \"decoder\" | \"cross\" | undefined");
  register_type<WhichTokens>("number | ArrayLike<number>");
  register_type<HeadWeightsValue>(
      "{ queries: number; keys: number; weights: Float32Array; visible: Uint8Array; visibleKeys: Float32Array;"
      " entropy: Float32Array; largest: number }");
  register_type<HeadReportValue>(
      "{ previousToken: number; firstToken: number; self: number; meanDistance: number; local: number;"
      " entropy: number; duplicateToken: number; induction: number;"
      " label: \"other\" | \"previous token\" | \"first token\" | \"self\" | \"duplicate token\" | \"induction\""
      " | \"local\" | \"broad\";"
      " thumbnail: { rows: number; columns: number; cells: Float32Array } }");
  register_type<PredictionList>("{ id: number; logit: number; probability: number; rank: number }[]");
  class_<KeptRun>("CoreRun")
      .smart_ptr<std::shared_ptr<KeptRun>>("CoreRunPointer")
      .function("head(layer, head, kind)", held<&head>)
      .function("meanOfHeads(layer, kind)", held<&mean_of_heads>)
      .function("report(layer, head, block, kind)", held<&report>)
      .function("predictions(layer, position, which)", held<&predictions>);
  function("run(model, inputs, options)", &run);
}

}  // namespace
}  // namespace heed::js
