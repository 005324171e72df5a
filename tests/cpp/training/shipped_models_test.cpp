#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "heed/tensor/random.h"
#include "heed/training/evaluation.h"
#include "heed/training/model_file.h"
#include "heed/training/trainer.h"
#include "tools/train_arguments.h"

using namespace heed;

namespace {

std::string bytes_of(const std::string& name) {
  std::ifstream stream(std::string(HEED_FIXTURES) + "/../../web/public/models/" + name, std::ios::binary);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Safetensors file_of(const std::string& name) {
  const std::string bytes = bytes_of(name);
  return read_safetensors(std::as_bytes(std::span(bytes)));
}

double number(const Safetensors& file, const std::string& note) { return std::stod(file.metadata.at(note)); }

/// The run that a command of the trainer begins.
Trainer trainer_of(const std::string& command) {
  std::istringstream stream(command);
  const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
  REQUIRE(words.size() > 4);
  REQUIRE(command.starts_with("npm run train -- "));
  return Trainer(parse_train_arguments({words.begin() + 4, words.end()}).options);
}

/// The loss of the curve's point that begins at `point`, "[step,loss,accuracy]".
double loss_at(const std::string& curve, std::size_t point) {
  REQUIRE(point < curve.size());
  return std::stod(curve.substr(curve.find(',', point) + 1));
}

/// What the file says of itself is so.
void check_notes(const Safetensors& file, TrainedModel& model) {
  const TaskInfo& task = model.task->info();
  std::string words;
  for (const std::string& word : task.vocabulary)
    words += (words.empty() ? "[\"" : ",\"") + (word == "\"" ? "\\\"" : word) + '"';
  CHECK(file.metadata.at("words") == words + ']');
  CHECK(std::abs(number(file, "floor") - task.floor) < 1e-6);  // of six digits
  CHECK(std::abs(number(file, "ceiling") - task.ceiling) < 1e-6);
  // The command that the file names takes as many steps, with the options and the initial parameters of the file's run.
  Trainer run = trainer_of(file.metadata.at("command"));
  CHECK(run.options().steps == model.step);
  CHECK(describe(run.options()) == describe(model.options));
  const std::string& curve = file.metadata.at("curve");
  CHECK(std::abs(run.evaluate().loss.mean() - loss_at(curve, 0)) < 1e-4);
  // The curve is of the same sequences, of the model before its numbers were rounded to 16 bits.
  CHECK(std::abs(evaluate(model.network, draw_held_out(*model.task)).loss.mean() - loss_at(curve, curve.rfind('['))) <
        0.003);
}

/// The most that a head attends, on average over the queries that `seen` gives keys for, to those keys. The first part of
/// what it says is the layer.
double best_head(TrainedModel& model, const std::function<std::vector<Index>(const std::vector<std::string>&)>& seen) {
  RandomState random(2);
  const Batch batch = model.task->draw(random, 256);
  model.network.forward(batch.tokens, batch.batch);
  double best = 0;
  for (Index layer = 0; layer < model.options.model.layers; ++layer) {
    const Tensor<float> weights = model.network.attention_weights(layer);
    for (Index head = 0; head < model.options.model.heads; ++head) {
      double sum = 0;
      Index queries = 0;
      for (Index b = 0; b < batch.batch; ++b) {
        std::vector<std::string> words;
        for (Index i = 0; i < batch.length; ++i) {
          const auto at = static_cast<std::size_t>(b * batch.length + i);
          words.push_back(model.task->info().vocabulary[static_cast<std::size_t>(batch.tokens[at])]);
          if (batch.targets[at] < 0) break;
          std::vector<std::string> with_next = words;
          with_next.push_back(model.task->info().vocabulary[static_cast<std::size_t>(batch.targets[at])]);
          const std::vector<Index> keys = seen(with_next);
          for (const Index key : keys) sum += static_cast<double>(weights.head(b, head)[i * batch.length + key]);
          queries += !keys.empty();
        }
      }
      REQUIRE(queries > 30);
      best = std::max(best, sum / static_cast<double>(queries));
    }
  }
  return best;
}

}  // namespace

TEST_CASE("The models of the page are small, and their files say what they are", "[shipped models]") {
  CHECK(bytes_of("induction.safetensors").size() + bytes_of("stories.safetensors").size() <= 1'000'000);
  for (const char* name : {"induction", "stories"}) {
    CAPTURE(name);
    const Safetensors file = file_of(std::string(name) + ".safetensors");
    TrainedModel model = read_model(file);
    CHECK(model.task->info().name == name);
    check_notes(file, model);
  }
}

TEST_CASE("The induction model of the page knows its task, by induction heads", "[shipped models]") {
  const Safetensors file = file_of("induction.safetensors");
  TrainedModel model = read_model(file);
  const Evaluation evaluation = evaluate(model.network, draw_held_out(*model.task));
  CHECK(evaluation.loss.accuracy() > 0.99);
  CHECK(std::abs(evaluation.loss.accuracy() - number(file, "accuracy")) < 0.01);
  CHECK(std::abs(evaluation.loss.mean() - number(file, "loss")) < 0.001);
  double previous = 0;
  for (const HeadScores& head : evaluation.heads[0]) previous = std::max(previous, head.previous_token);
  CHECK(previous > 0.6);
  for (const HeadScores& head : evaluation.heads[1]) CHECK(head.induction > 0.9);
}

TEST_CASE("The stories model of the page comes within 3 % of the floor, and its heads look back for what they need",
          "[shipped models][long]") {
  const Safetensors file = file_of("stories.safetensors");
  TrainedModel model = read_model(file);
  const double loss = evaluate(model.network, draw_held_out(*model.task, 500)).loss.mean();
  CHECK(loss < 1.03 * model.task->info().floor);
  // What the file says is of 2000 sequences; a mean of 500 has a standard error of 0.005.
  CHECK(std::abs(loss - number(file, "loss")) < 0.01);

  using Words = std::vector<std::string>;
  const auto earlier = [](const Words& words, const std::set<std::string>& among) {
    std::vector<Index> places;
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
      if (among.contains(words[i])) places.push_back(static_cast<Index>(i));
    return places;
  };
  // "Clara stopped because" → Clara, who is to be "she".
  CHECK(best_head(model, [&](const Words& words) {
          const std::size_t n = words.size();
          return n < 4 || words[n - 2] != "because" ? std::vector<Index>() : earlier(words, {words[n - 4]});
        }) > 0.5);
  // "at last they came to the" → the place that A set out for.
  CHECK(best_head(model, [&](const Words& words) {
          const std::size_t n = words.size();
          const bool arrive = n > 4 && words[n - 4] == "came" && words[n - 2] == "the";
          return arrive ? earlier(words, {words[n - 1]}) : std::vector<Index>();
        }) > 0.5);
  // "my" → the uncle, or whoever it is.
  CHECK(best_head(model, [&](const Words& words) {
          const std::size_t n = words.size();
          return n > 2 && words[n - 2] == "my" ? earlier(words, {words[n - 1]}) : std::vector<Index>();
        }) > 0.5);
}
