// heed_train: trains a transformer on one of the core's tasks. `npm run train -- --help` says how.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "files.h"
#include "heed/parallel.h"
#include "heed/training/trainer.h"

namespace {

using namespace heed;

struct Arguments {
  TrainingOptions options;
  std::string json;
  std::string out;
  std::string checkpoint;
};

constexpr double kSecondsBetweenCheckpoints = 10;

/// An option of the command line: what it is for, and what its text does.
struct Option {
  std::string help;
  std::function<void(Arguments&, const std::string&)> apply;
};

/// One of the run's own, called `name` there.
Option training(const std::string& name, const std::string& help) {
  return {help, [=](Arguments& arguments, const std::string& text) { set_option(arguments.options, name, text); }};
}

Index parse_threads(const std::string& text) {
  Index number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc{} && end == text.data() + text.size(), {"--threads is \"", text, "\", not a number"});
  return number;
}

const std::map<std::string, Option>& known_options() {
  static const std::map<std::string, Option> options{
      {"task", training("task", "what to learn (induction)")},
      {"json",
       {"the file that the result is written to", [](Arguments& a, const std::string& text) { a.json = text; }}},
      {"out",
       {"the file that the trained model is written to (safetensors)",
        [](Arguments& a, const std::string& text) { a.out = text; }}},
      {"checkpoint",
       {"a file to keep the state of training in every 10 s; where there is one, training goes on from it",
        [](Arguments& a, const std::string& text) { a.checkpoint = text; }}},
      {"vocabulary", training("task.vocabulary", "tokens (32)")},
      {"length", training("task.length", "tokens of a sequence (32)")},
      {"least-period", training("task.least_period", "of induction (4)")},
      {"most-period", training("task.most_period", "of induction (16)")},
      {"layers", training("layers", "(2)")},
      {"heads", training("heads", "(4)")},
      {"kv-heads", training("kv_heads", "key/value heads (as many as heads)")},
      {"width", training("d_model", "d_model (64)")},
      {"feed-forward", training("feed_forward", "none, gelu or swiglu (none: attention only)")},
      {"positions", training("positions", "none, learned, sinusoidal or rotary (rotary)")},
      {"batch", training("batch", "sequences of a step (32)")},
      {"steps", training("steps", "(2000)")},
      {"warm-up", training("warm_up", "steps over which the learning rate rises (50)")},
      {"learning-rate", training("learning_rate", "at its highest (0.003); it falls to a tenth")},
      {"seed", training("seed", "(1)")},
      {"threads",
       {"(one a processor); the result does not depend on it",
        [](Arguments& a, const std::string& text) { a.options.threads = parse_threads(text); }}},
  };
  return options;
}

void print_help() {
  std::puts("npm run train -- [--OPTION VALUE] …\n\nTrains a transformer on a task and says what its heads became.\n");
  for (const auto& [name, option] : known_options()) std::printf("  --%-14s %s\n", name.c_str(), option.help.c_str());
  std::string tasks;
  for (const std::string& name : task_names()) tasks += " " + name;
  std::printf("\nTasks:%s\n", tasks.c_str());
}

Arguments parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  arguments.options.threads = processors();
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const std::string& word = words[i];
    const auto found = word.starts_with("--") ? known_options().find(word.substr(2)) : known_options().end();
    require(found != known_options().end(), {"there is no option \"", word, "\"; --help lists them"});
    require(i + 1 < words.size(), {word, " is followed by nothing"});
    found->second.apply(arguments, words[i + 1]);
  }
  return arguments;
}

void write_json(std::ostream& out, const Trainer& trainer, const Evaluation& evaluation, double seconds) {
  const TaskInfo& task = trainer.task().info();
  out.precision(9);
  out << "{\n  \"task\": \"" << task.name << "\",\n  \"seed\": " << trainer.options().seed
      << ",\n  \"steps\": " << trainer.steps_taken() << ",\n  \"seconds\": " << seconds
      << ",\n  \"loss\": " << evaluation.loss.mean() << ",\n  \"floor\": " << task.floor
      << ",\n  \"accuracy\": " << evaluation.loss.accuracy() << ",\n  \"ceiling\": " << task.ceiling
      << ",\n  \"heads\": [";
  const char* separator = "\n";
  for (std::size_t layer = 0; layer < evaluation.heads.size(); ++layer)
    for (std::size_t head = 0; head < evaluation.heads[layer].size(); ++head) {
      const HeadScores& s = evaluation.heads[layer][head];
      out << separator << "    { \"layer\": " << layer << ", \"head\": " << head
          << ", \"previousToken\": " << s.previous_token << ", \"induction\": " << s.induction
          << ", \"firstToken\": " << s.first_token << ", \"self\": " << s.self
          << ", \"meanDistance\": " << s.mean_distance << ", \"local\": " << s.local << ", \"entropy\": " << s.entropy
          << " }";
      separator = ",\n";
    }
  out << "\n  ]\n}\n";
}

int train(const Arguments& arguments) {
  using Clock = std::chrono::steady_clock;
  // Before hours are spent on what cannot be written.
  std::ofstream json;
  if (!arguments.json.empty()) {
    json.open(arguments.json);
    require(json.good(), {"cannot write to ", arguments.json});
  }
  for (const std::string& path : {arguments.out, arguments.checkpoint})
    if (!path.empty()) check_writable(path);
  Trainer trainer(arguments.options);
  const TaskInfo& task = trainer.task().info();
  const Index steps = trainer.options().steps;
  std::printf("%s: %td parameters, floor %.4f nats, ceiling %.1f %%\n", task.name.c_str(),
              trainer.model().layout().size, task.floor, 100 * task.ceiling);
  if (!arguments.checkpoint.empty() && std::filesystem::exists(arguments.checkpoint)) {
    trainer.resume(read_safetensors(read_file(arguments.checkpoint)));
    std::printf("going on from step %td of %s\n", trainer.steps_taken(), arguments.checkpoint.c_str());
  }
  const Index first = trainer.steps_taken();
  const Clock::time_point start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  double told = 0;
  double kept = 0;
  while (trainer.steps_taken() < steps) {
    const StepReport report = trainer.step();
    const double seconds = elapsed();
    if (!arguments.checkpoint.empty() && (seconds - kept > kSecondsBetweenCheckpoints || report.step == steps)) {
      write_file(arguments.checkpoint, write_safetensors(trainer.checkpoint()));
      kept = seconds;
    }
    if (seconds - told < 1 && report.step < steps) continue;
    told = seconds;
    const double rate = static_cast<double>(report.step - first) / seconds;
    const double tokens = rate * static_cast<double>(trainer.options().batch * task.length);
    std::printf("step %td of %td, loss %.4f, accuracy %.1f %%, %.0f tokens/s, %.0f s left\n", report.step, steps,
                report.loss, 100 * report.accuracy, tokens, static_cast<double>(steps - report.step) / rate);
    std::fflush(stdout);
  }
  const double seconds = elapsed();
  if (!arguments.out.empty()) write_file(arguments.out, write_safetensors(trainer.model_file()));
  const Evaluation evaluation = trainer.evaluate();
  write_json(std::cout, trainer, evaluation, seconds);
  if (json.is_open()) write_json(json, trainer, evaluation, seconds);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  try {
    for (const std::string& word : arguments)
      if (word == "--help") {
        print_help();
        return 0;
      }
    return train(parse_arguments(arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
