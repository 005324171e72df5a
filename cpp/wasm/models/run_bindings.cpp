#include <emscripten/bind.h>

#include "../held.h"
#include "heed/attention/metrics/head_divergence.h"
#include "heed/attention/metrics/spread.h"
#include "heed/attention/metrics/token_groups.h"
#include "heed/model/model_run.h"
#include "heed/ops/difference.h"
#include "model_loader.h"

// Runs: a pass over a text, and what views of it are computed from.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(RunOptionsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(KindArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadWeightsValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadReportValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadReportList)
EMSCRIPTEN_DECLARE_VAL_TYPE(AttentionShapeList)
EMSCRIPTEN_DECLARE_VAL_TYPE(TokenIds)
EMSCRIPTEN_DECLARE_VAL_TYPE(KeptKeysValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(SampledTokenValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(PairValueName)
EMSCRIPTEN_DECLARE_VAL_TYPE(PairExplanationValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(NumberArray)
EMSCRIPTEN_DECLARE_VAL_TYPE(NumberList)
EMSCRIPTEN_DECLARE_VAL_TYPE(DirectEffectsValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(OtherToken)
EMSCRIPTEN_DECLARE_VAL_TYPE(Weights)
EMSCRIPTEN_DECLARE_VAL_TYPE(SpreadNumbers)
EMSCRIPTEN_DECLARE_VAL_TYPE(SpreadValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(GroupNumbers)
EMSCRIPTEN_DECLARE_VAL_TYPE(WeightDifferenceValue)
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
        KeptRun{model, ModelRun(model->loaded.model, inputs.view(), interventions_at(options), model->pool.get())});
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

val to_js(const HeadReport& found) {
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
  return object;
}

HeadReportValue report(const KeptRun& kept, const Number& layer, const Number& head, const Number& block,
                       const KindArgument& kind) {
  return guarded([&] {
    return HeadReportValue(to_js(kept.run.report(kind_argument(kept, kind), whole_number(layer, "layer"),
                                                 whole_number(head, "head"), whole_number(block, "block"))));
  });
}

HeadReportList reports(const KeptRun& kept, const Number& layer, const Number& block, const KindArgument& kind) {
  return guarded([&] {
    return HeadReportList(array_of(
        kept.run.reports(kind_argument(kept, kind), whole_number(layer, "layer"), whole_number(block, "block")),
        [](const HeadReport& each) { return to_js(each); }));
  });
}

void extend(KeptRun& kept, const TokenIds& ids) {
  guarded([&] { kept.run.extend(whole_numbers(ids, "inputIds")); });
}

void truncate(KeptRun& kept, const Number& length) {
  guarded([&] { kept.run.truncate(whole_number(length, "length")); });
}

KeptKeysValue kept_keys(const KeptRun& kept) {
  return guarded([&] {
    const KeptKeys found = kept.run.kept_keys();
    val object = val::object();
    set(object, "tokens", found.tokens);
    set(object, "computed", found.computed);
    set(object, "bytes", found.bytes);
    return KeptKeysValue(object);
  });
}

SampledTokenValue next_token(const KeptRun& kept, const GenerationOptionsArgument& given) {
  return guarded([&] {
    check_names(given, "options", "temperature, topK, topP, seed");
    const SampledToken token = kept.run.next_token(sampling_options(given), seed_at(given).value_or(0));
    val object = val::object();
    set(object, "id", token.id);
    set(object, "probability", token.probability);
    return SampledTokenValue(object);
  });
}

AttentionShapeList attentions(const KeptRun& kept) {
  return guarded([&] {
    return AttentionShapeList(array_of(kept.run.attentions(), [](const AttentionShape& shape) {
      val object = val::object();
      const char* name = shape.kind == AttentionKind::kCross     ? "cross"
                         : shape.kind == AttentionKind::kDecoder ? "decoder"
                                                                 : "encoder";
      object.set("kind", std::string(name));
      object.set("heads", array_of(shape.heads, [](Index heads) { return val(static_cast<double>(heads)); }));
      set(object, "queries", shape.queries);
      set(object, "keys", shape.keys);
      return object;
    }));
  });
}

NumberArray values(const Tensor<float>& tensor) {
  return NumberArray(
      val(emscripten::typed_memory_view(tensor.data.size(), tensor.data.data())).template call<val>("slice"));
}

NumberArray pair_values(const KeptRun& kept, const Number& layer, const Number& head, const PairValueName& which,
                        const KindArgument& kind) {
  return guarded([&] {
    const std::string name = which.isString() ? which.as<std::string>() : "";
    std::optional<PairValue> value;
    if (name == "product") value = PairValue::kProduct;
    if (name == "logit") value = PairValue::kLogit;
    if (name == "weighted norm") value = PairValue::kWeightedNorm;
    if (name == "without first key") value = PairValue::kWithoutFirstKey;
    if (!value)
      throw std::invalid_argument("which is " + shown(which) +
                                  "; it must be \"product\", \"logit\", \"weighted norm\" or \"without first key\"");
    return values(kept.run.pair_values(kind_argument(kept, kind), whole_number(layer, "layer"),
                                       whole_number(head, "head"), *value));
  });
}

PairExplanationValue explain(const KeptRun& kept, const Number& layer, const Number& head, const Number& query,
                             const Number& key, const KindArgument& kind) {
  return guarded([&] {
    const PairExplanation pair =
        kept.run.explain(kind_argument(kept, kind), whole_number(layer, "layer"), whole_number(head, "head"),
                         whole_number(query, "query"), whole_number(key, "key"));
    val object = val::object();
    set(object, "query", pair.query);
    set(object, "key", pair.key);
    set(object, "products", pair.products);
    set(object, "product", pair.product);
    set(object, "scale", pair.scale);
    set(object, "softcap", pair.softcap);
    set(object, "bias", pair.bias);
    set(object, "logit", pair.logit);
    set(object, "logSumExp", pair.log_sum_exp);
    set(object, "weight", pair.weight);
    set(object, "visible", val(pair.visible));
    set(object, "rotary", val(pair.rotary));
    set(object, "productBeforeTurn", pair.product_before_turn);
    return PairExplanationValue(object);
  });
}

NumberArray weights_of_query(const KeptRun& kept, const Number& layer, const Number& query, const KindArgument& kind) {
  return guarded([&] {
    return values(kept.run.weights_of_query(kind_argument(kept, kind), whole_number(layer, "layer"),
                                            whole_number(query, "query")));
  });
}

NumberArray rollout(const KeptRun& kept, const Number& position, const KindArgument& kind) {
  return guarded(
      [&] { return values(kept.run.rollout(kind_argument(kept, kind), whole_number(position, "position"))); });
}

NumberList list(const std::vector<double>& numbers) {
  return NumberList(array_of(numbers, [](double number) { return val(number); }));
}

/// The runs are held while the arguments are read, as in held.h.
NumberList divergence(std::shared_ptr<KeptRun> kept, std::shared_ptr<KeptRun> other, const Number& layer,
                      const KindArgument& kind) {
  return guarded([&] {
    if (!kept || !other) throw std::invalid_argument("a run is null; both must be runs");
    return list(kept->run.divergence_from(other->run, kind_argument(*kept, kind), whole_number(layer, "layer")));
  });
}

std::vector<float> weights_argument(const Weights& given, const char* name) {
  if (!is_typed_array(given, "Float32Array"))
    throw std::invalid_argument(std::string(name) + " is " + shown(given) + "; it must be a Float32Array");
  return emscripten::convertJSArrayToNumberVector<float>(given);
}

/// Of weights that may come from two instances of the module, each with a model of its own.
double row_divergence(const Weights& weights, const Weights& other, const Number& keys) {
  return guarded([&] {
    return mean_row_divergence<float>(weights_argument(weights, "weights"), weights_argument(other, "other"),
                                      whole_number(keys, "keys"));
  });
}

/// As above, of weights of any run.
WeightDifferenceValue weight_difference(const Weights& weights, const Weights& other) {
  return guarded([&] {
    const auto row = [](std::vector<float> numbers) {
      const Shape shape{1, 1, 1, static_cast<Index>(numbers.size())};
      return Tensor<float>(shape, std::move(numbers));
    };
    const Tensor<float> from = row(weights_argument(weights, "weights"));
    const Tensor<float> to = row(weights_argument(other, "other"));
    val object = val::object();
    set(object, "weights", subtract<float>(to, from).data);
    set(object, "largest", difference<float>(to, from).largest);
    return WeightDifferenceValue(object);
  });
}

NumberArray between_groups(const Weights& weights, const GroupNumbers& query_groups, const GroupNumbers& key_groups) {
  return guarded([&] {
    const std::vector<std::int32_t> queries = whole_numbers(query_groups, "queryGroups");
    const std::vector<std::int32_t> keys = whole_numbers(key_groups, "keyGroups");
    const Shape shape{1, 1, static_cast<Index>(queries.size()), static_cast<Index>(keys.size())};
    return values(
        weights_between_groups<float>(Tensor<float>(shape, weights_argument(weights, "weights")), queries, keys));
  });
}

DirectEffectsValue direct_effects(const KeptRun& kept, const Number& position, const Number& token,
                                  const OtherToken& other) {
  return guarded([&] {
    std::optional<Index> less;
    if (!other.isUndefined() && !other.isNull()) less = whole_number(other, "other");
    const DirectEffects effects =
        kept.run.direct_effects(whole_number(position, "position"), whole_number(token, "token"), less);
    const auto lists = [](const std::vector<std::vector<double>>& layers) {
      return array_of(layers, [](const std::vector<double>& each) { return val(list(each)); });
    };
    val object = val::object();
    set(object, "logit", effects.logit);
    set(object, "embedding", effects.embedding);
    set(object, "constant", effects.constant);
    object.set("heads", lists(effects.heads));
    object.set("crossHeads", lists(effects.cross_heads));
    object.set("feedForward", val(list(effects.feed_forward)));
    object.set("layers", val(list(effects.layers)));
    return DirectEffectsValue(object);
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

SpreadValue spread(const SpreadNumbers& given) {
  return guarded([&] {
    if (!is_typed_array(given, "Float64Array"))
      throw std::invalid_argument("numbers is " + shown(given) + "; it must be a Float64Array");
    const Spread found = spread_of(numbers(Numbers(given), "numbers"));
    val object = val::object();
    set(object, "mean", found.mean);
    set(object, "deviation", found.deviation);
    set(object, "largest", found.largest);
    set(object, "largestAt", found.largest_at);
    return SpreadValue(object);
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
  register_type<HeadReportList>(
      "{ previousToken: number; firstToken: number; self: number; meanDistance: number; local: number;"
      " entropy: number; duplicateToken: number; induction: number;"
      " label: \"other\" | \"previous token\" | \"first token\" | \"self\" | \"duplicate token\" | \"induction\""
      " | \"local\" | \"broad\";"
      " thumbnail: { rows: number; columns: number; cells: Float32Array } }[]");
  register_type<AttentionShapeList>(
      "{ kind: \"encoder\" | \"decoder\" | \"cross\"; heads: number[]; queries: number; keys: number }[]");
  register_type<TokenIds>("ArrayLike<number>");
  register_type<KeptKeysValue>("{ tokens: number; computed: number; bytes: number }");
  register_type<SampledTokenValue>("{ id: number; probability: number }");
  register_type<PairValueName>("\"product\" | \"logit\" | \"weighted norm\" | \"without first key\"");
  register_type<PairExplanationValue>(
      "{ query: Float32Array; key: Float32Array; products: Float32Array; product: number; scale: number;"
      " softcap: number; bias: number; logit: number; logSumExp: number; weight: number; visible: boolean;"
      " rotary: boolean; productBeforeTurn: number }");
  register_type<NumberArray>("Float32Array");
  register_type<NumberList>("number[]");
  register_type<DirectEffectsValue>(
      "{ logit: number; embedding: number; constant: number; heads: number[][]; crossHeads: number[][];"
      " feedForward: number[]; layers: number[] }");
  register_type<OtherToken>("number | undefined");
  register_type<Weights>("Float32Array");
  register_type<SpreadNumbers>("Float64Array");
  register_type<SpreadValue>("{ mean: number; deviation: number; largest: number; largestAt: number }");
  register_type<GroupNumbers>("ArrayLike<number>");
  register_type<WeightDifferenceValue>("{ weights: Float32Array; largest: number }");
  register_type<PredictionList>("{ id: number; logit: number; probability: number; rank: number }[]");
  class_<KeptRun>("CoreRun")
      .smart_ptr<std::shared_ptr<KeptRun>>("CoreRunPointer")
      .function("head(layer, head, kind)", held<&head>)
      .function("meanOfHeads(layer, kind)", held<&mean_of_heads>)
      .function("report(layer, head, block, kind)", held<&report>)
      .function("reports(layer, block, kind)", held<&reports>)
      .function("attentions", held<&attentions>)
      .function("extend(inputIds)", held<&extend>)
      .function("truncate(length)", held<&truncate>)
      .function("keptKeys", held<&kept_keys>)
      .function("nextToken(options)", held<&next_token>)
      .function("pairValues(layer, head, which, kind)", held<&pair_values>)
      .function("explain(layer, head, query, key, kind)", held<&explain>)
      .function("weightsOfQuery(layer, query, kind)", held<&weights_of_query>)
      .function("rollout(position, kind)", held<&rollout>)
      .function("directEffects(position, token, other)", held<&direct_effects>)
      .function("predictions(layer, position, which)", held<&predictions>);
  function("run(model, inputs, options)", &run);
  function("divergence(run, other, layer, kind)", &divergence);
  function("rowDivergence(weights, other, keys)", &row_divergence);
  function("weightDifference(weights, other)", &weight_difference);
  function("weightsBetweenGroups(weights, queryGroups, keyGroups)", &between_groups);
  function("spread(numbers)", &spread);
}

}  // namespace
}  // namespace heed::js
