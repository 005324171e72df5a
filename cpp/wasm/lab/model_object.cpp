#include "model_object.h"

#include <algorithm>
#include <cmath>

#include "heed/attention/metrics/entropy.h"
#include "heed/attention/metrics/weight_statistics.h"
#include "heed/ops/softmax.h"
#include "heed/tensor/sums.h"
#include "heed/training/trainer.h"
#include "heed/training/transformer/ablation.h"
#include "training_arguments.h"

namespace heed::js {
namespace {

/// What `metadata` say beyond the options: where a model comes from.
std::map<std::string, std::string> notes_of(const SafetensorsView& file) {
  const auto options = describe({});
  auto notes = file.metadata;
  std::erase_if(notes, [&](const auto& note) { return options.contains(note.first) || is_bookkeeping(note.first); });
  return notes;
}

/// One head of a layer of one sequence, in the form of every map of the page.
val map_of(const AttentionMaps<float>& maps, Index head) {
  const Index length = maps.weights.shape.length;
  const auto size = static_cast<std::size_t>(length);
  const auto row = [&](const Tensor<float>& tensor) { return std::span(tensor.head(0, head), size); };
  const std::span all(maps.weights.head(0, head), size * size);
  const std::span entropy = row(maps.entropy);
  const std::span visible = row(maps.visible_keys);
  std::vector<float> normalised(size);
  std::vector<float> largest(size);
  for (std::size_t i = 0; i < size; ++i) {
    normalised[i] = heed::normalised_entropy(entropy[i], visible[i]);
    largest[i] = heed::largest_entropy(visible[i]);
  }
  const auto statistics = heed::weight_statistics<float>(all, entropy);

  val map = val::object();
  map.set("queries", static_cast<double>(length));
  map.set("keys", static_cast<double>(length));
  const auto set = [&](const char* name, auto numbers) {
    map.set(name, val(emscripten::typed_memory_view(numbers.size(), numbers.data())).call<val>("slice"));
  };
  set("weights", all);
  set("entropy", entropy);
  set("normalisedEntropy", normalised);
  set("largestEntropy", largest);
  set("visibleKeys", visible);
  if (!maps.visible.data.empty()) set("visible", std::span(maps.visible.data));
  map.set("meanWeight", statistics.mean);
  map.set("maxWeight", statistics.largest);
  map.set("minWeight", statistics.smallest);
  map.set("meanEntropy", statistics.mean_entropy);
  return map;
}

std::vector<HeadIndex> heads_of(const HeadList& list) {
  std::vector<HeadIndex> heads;
  const Index count = length_of(list, "off");
  for (Index i = 0; i < count; ++i) {
    const std::string name = message({"off[", i, "]"});
    check_names(list[i], name.c_str(), "layer, head");
    heads.push_back({whole_number(property(list[i], "layer"), name + ".layer"),
                     whole_number(property(list[i], "head"), name + ".head")});
  }
  return heads;
}

}  // namespace

EvaluationObject to_js(const Evaluation& evaluation) {
  const auto scores = [](const HeadScores& head) { return val(head); };
  return {evaluation.loss.mean(), evaluation.loss.accuracy(),
          ScoresArray(array_of(evaluation.heads, [&](const auto& layer) { return array_of(layer, scores); }))};
}

Model::Model(const SafetensorsView& file, bool can_train)
    : model_(read_model(file)), notes_(notes_of(file)), can_train_(can_train), held_out_(draw_held_out(*model_.task)) {}

ModelInfoObject Model::info() const {
  const TaskInfo& task = model_.task->info();
  const TransformerConfig& config = model_.options.model;
  return {.options = OptionsObject(js::to_js(model_.options)),
          .vocabulary = Words(array_of(task.vocabulary, [](const std::string& word) { return word; })),
          .floor = task.floor,
          .guessing = std::log(static_cast<double>(task.vocabulary.size())),
          .ceiling = task.ceiling,
          .parameters = static_cast<double>(model_.network.layout().size),
          .layers = static_cast<double>(config.layers),
          .heads = static_cast<double>(config.heads),
          .step = static_cast<double>(model_.step),
          .can_train = can_train_,
          .metadata = Notes(js::to_js(notes_))};
}

void Model::set_parameters(const Float32Array& parameters, const Number& step) {
  const std::span<float> ours = model_.network.parameters();
  const Index steps = whole_number(step, "step");
  require(steps >= 0 && steps <= kMostSteps, {"step is ", steps, "; it must be from 0 to ", kMostSteps});
  if (!is_typed_array(parameters, "Float32Array"))
    throw std::invalid_argument(message({"parameters is ", shown(parameters), "; it must be a Float32Array"}));
  const Index given = whole_number(property(parameters, "length"), "the number of parameters");
  const Index expected = static_cast<Index>(ours.size());
  require(given == expected, {"there are ", given, " parameters for a network of ", expected});
  val(emscripten::typed_memory_view(ours.size(), ours.data())).call<void>("set", parameters);
  model_.step = steps;
}

RunObject Model::run(const Numbers& tokens, const HeadList& off, const Numbers& hidden) {
  const auto sequence = whole_numbers(tokens, "tokens");
  const auto hidden_positions = whole_numbers(hidden, "hidden");
  const Ablation<float> ablation(model_.network, heads_of(off));
  const MatrixView<const float> logits = model_.network.forward(sequence, 1, hidden_positions);
  std::vector<float> probabilities(logits.data, logits.data + logits.rows * logits.columns);
  std::vector<std::int32_t> predictions;
  for (Index i = 0; i < logits.rows; ++i) {
    const std::span row =
        std::span(probabilities)
            .subspan(static_cast<std::size_t>(i * logits.columns), static_cast<std::size_t>(logits.columns));
    softmax(row);
    predictions.push_back(static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin()));
  }
  val layers = val::array();
  for (Index layer = 0; layer < model_.options.model.layers; ++layer) {
    const AttentionMaps<float> maps = model_.network.attention_maps(layer);
    val heads = val::array();
    for (Index head = 0; head < maps.weights.shape.heads; ++head) heads.call<void>("push", map_of(maps, head));
    layers.call<void>("push", heads);
  }
  const val view(emscripten::typed_memory_view(probabilities.size(), probabilities.data()));
  return {MapsArray(layers), Float32Array(view.call<val>("slice")), to_js(predictions)};
}

EvaluationObject Model::evaluate(const HeadList& off) {
  const Ablation<float> ablation(model_.network, heads_of(off));
  return js::to_js(heed::evaluate(model_.network, held_out_));
}

ExamplesArray Model::examples(const Number& seed, const Number& count) const {
  val options = val::object();
  options.set("seed", seed);
  RandomState random(seed_at(options).value_or(0));
  const Batch batch = model_.task->draw(random, whole_number(count, "count"));
  val examples = val::array();
  for (Index b = 0; b < batch.batch; ++b) {
    const auto part = [&](const std::vector<std::int32_t>& all) {
      return to_js(
          std::span(all).subspan(static_cast<std::size_t>(b * batch.length), static_cast<std::size_t>(batch.length)));
    };
    val example = val::object();
    example.set("tokens", part(batch.tokens));
    example.set("targets", part(batch.targets));
    examples.call<void>("push", example);
  }
  return ExamplesArray(examples);
}

Bytes Model::file() const {
  const auto parameters = model_.network.parameters();
  require(all_finite(parameters.data(), std::ssize(parameters)),
          {"the network has parameters that are not finite; no model could be read from a file of them"});
  Safetensors file = write_model(model_.network, model_.options, model_.step);
  for (const auto& [name, text] : notes_) file.metadata[name] = text;
  return js::to_js(write_safetensors(file));
}

}  // namespace heed::js
