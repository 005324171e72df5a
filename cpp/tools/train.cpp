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

template <typename Number>
Number parse(const std::string& name, const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc{} && end == text.data() + text.size(), {"--", name, " is \"", text, "\", not a number"});
  return number;
}

template <typename Choice>
Choice choose(const std::string& name, const std::string& text, const std::map<std::string, Choice>& choices) {
  const auto found = choices.find(text);
  std::string known;
  for (const auto& [choice, _] : choices) known += (known.empty() ? "" : ", ") + choice;
  require(found != choices.end(), {"--", name, " is \"", text, "\"; it can be ", known});
  return found->second;
}

/// `member(arguments)` is set to the number given.
template <typename Member>
Option number(const std::string& name, const std::string& help, Member member) {
  return {help, [=](Arguments& arguments, const std::string& text) {
            auto& value = member(arguments);
            value = parse<std::remove_reference_t<decltype(value)>>(name, text);
          }};
}

const std::map<std::string, Option>& known_options() {
  static const std::map<std::string, Option> options{
      {"task", {"what to learn (induction)", [](Arguments& a, const std::string& text) { a.options.task = text; }}},
      {"json",
       {"the file that the result is written to", [](Arguments& a, const std::string& text) { a.json = text; }}},
      {"out",
       {"the file that the trained model is written to (safetensors)",
        [](Arguments& a, const std::string& text) { a.out = text; }}},
      {"checkpoint",
       {"a file to keep the state of training in every 10 s; where there is one, training goes on from it",
        [](Arguments& a, const std::string& text) { a.checkpoint = text; }}},
      {"vocabulary",
       number("vocabulary", "tokens (32)", [](Arguments& a) -> Index& { return a.options.task_options.vocabulary; })},
      {"length", number("length", "tokens of a sequence (32)",
                        [](Arguments& a) -> Index& { return a.options.task_options.length; })},
      {"least-period", number("least-period", "of induction (4)",
                              [](Arguments& a) -> Index& { return a.options.task_options.least_period; })},
      {"most-period", number("most-period", "of induction (16)",
                             [](Arguments& a) -> Index& { return a.options.task_options.most_period; })},
      {"layers", number("layers", "(2)", [](Arguments& a) -> Index& { return a.options.model.layers; })},
      {"heads", number("heads", "(4)", [](Arguments& a) -> Index& { return a.options.model.heads; })},
      {"kv-heads", number("kv-heads", "key/value heads (as many as heads)",
                          [](Arguments& a) -> Index& { return a.options.model.kv_heads; })},
      {"width", number("width", "d_model (64)", [](Arguments& a) -> Index& { return a.options.model.d_model; })},
      {"feed-forward",
       {"none, gelu or swiglu (none: attention only)",
        [](Arguments& a, const std::string& text) {
          a.options.model.feed_forward = choose<FeedForward>(
              "feed-forward", text,
              {{"none", FeedForward::kNone}, {"gelu", FeedForward::kGelu}, {"swiglu", FeedForward::kSwiGlu}});
        }}},
      {"positions",
       {"none, learned, sinusoidal or rotary (rotary)",
        [](Arguments& a, const std::string& text) {
          a.options.model.positions = choose<Positions>("positions", text,
                                                        {{"none", Positions::kNone},
                                                         {"learned", Positions::kLearned},
                                                         {"sinusoidal", Positions::kSinusoidal},
                                                         {"rotary", Positions::kRotary}});
        }}},
      {"batch", number("batch", "sequences of a step (32)", [](Arguments& a) -> Index& { return a.options.batch; })},
      {"steps", number("steps", "(2000)", [](Arguments& a) -> Index& { return a.options.steps; })},
      {"warm-up", number("warm-up", "steps over which the learning rate rises (50)",
                         [](Arguments& a) -> Index& { return a.options.warm_up; })},
      {"learning-rate", number("learning-rate", "at its highest (0.003); it falls to a tenth",
                               [](Arguments& a) -> double& { return a.options.learning_rate; })},
      {"seed", number("seed", "(1)", [](Arguments& a) -> std::uint32_t& { return a.options.seed; })},
      {"threads", number("threads", "(one a processor); the result does not depend on it",
                         [](Arguments& a) -> Index& { return a.options.threads; })},
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
  arguments.options.final_learning_rate = arguments.options.learning_rate / 10;
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
