#include "train_arguments.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>

#include "heed/threads/parallel.h"

namespace heed {
namespace {

/// An option of the command line: what it is for, and what its text does.
struct Option {
  std::string help;
  std::function<void(TrainArguments&, const std::string&)> apply;
};

/// One of the run's own, called `name` there.
Option training(const std::string& name, const std::string& help) {
  return {help, [=](TrainArguments& arguments, const std::string& text) { set_option(arguments.options, name, text); }};
}

Option path(std::string TrainArguments::* member, const std::string& help) {
  return {help, [=](TrainArguments& arguments, const std::string& text) { arguments.*member = text; }};
}

Index whole_number(const std::string& name, const std::string& text) {
  Index number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc{} && end == text.data() + text.size(), {"--", name, " is \"", text, "\", not a number"});
  return number;
}

ElementType stored_as(const std::string& text) {
  require(text == "F16" || text == "F32", {"--store is \"", text, "\"; it can be F16 or F32"});
  return text == "F16" ? ElementType::kF16 : ElementType::kF32;
}

const std::map<std::string, Option>& known_options() {
  static const std::map<std::string, Option> options{
      {"task", training("task", "what to learn (induction)")},
      {"json", path(&TrainArguments::json, "the file that the result is written to")},
      {"out", path(&TrainArguments::out, "the file that the trained model is written to (safetensors)")},
      {"store",
       {"F16 or F32, as which numbers are written to it (F32); the final loss is that of the model so rounded",
        [](TrainArguments& a, const std::string& text) { a.stored_as = stored_as(text); }}},
      {"checkpoint", path(&TrainArguments::checkpoint,
                          "a file to keep the state of training in, every 10 s and when interrupted; where there is "
                          "one, training goes "
                          "on from it")},
      {"held-out",
       {"sequences that the final loss is of (64)",
        [](TrainArguments& a, const std::string& text) {
          a.held_out = whole_number("held-out", text);
          require(a.held_out >= 1, {"--held-out is ", a.held_out, "; it must be at least 1"});
        }}},
      {"vocabulary", training("task.vocabulary", "tokens (32)")},
      {"length", training("task.length", "tokens of a sequence (32); of stories at least 138 for whole ones")},
      {"least-period", training("task.least_period", "of induction (4)")},
      {"most-period", training("task.most_period", "of induction (16)")},
      {"layers", training("layers", "(2)")},
      {"heads", training("heads", "(4)")},
      {"kv-heads", training("kv_heads", "key/value heads (as many as heads)")},
      {"width", training("d_model", "d_model (64)")},
      {"feed-forward", training("feed_forward", "none, gelu or swiglu (none: attention only)")},
      {"hidden", training("d_ff", "width of the feed-forward layers (4 times d_model)")},
      {"positions", training("positions", "none, learned, sinusoidal or rotary (rotary)")},
      {"scaled", training("scaled", "true or false: whether logits are divided by the root of d_k (true)")},
      {"batch", training("batch", "sequences of a step (32)")},
      {"steps", training("steps", "(2000)")},
      {"warm-up", training("warm_up", "steps over which the learning rate rises (50)")},
      {"learning-rate", training("learning_rate", "at its highest (0.003)")},
      {"final-learning-rate", training("final_learning_rate", "(a tenth of the highest)")},
      {"weight-decay", training("weight_decay", "(0.01)")},
      {"seed", training("seed", "(1)")},
      {"threads",
       {"(one a processor); the result does not depend on it",
        [](TrainArguments& a, const std::string& text) { a.options.threads = whole_number("threads", text); }}},
  };
  return options;
}

}  // namespace

void print_train_help() {
  std::puts("npm run train -- [--OPTION VALUE] …\n\nTrains a transformer on a task and says what its heads became.\n");
  for (const auto& [name, option] : known_options()) std::printf("  --%-20s %s\n", name.c_str(), option.help.c_str());
  std::string tasks;
  for (const std::string& name : task_names()) tasks += " " + name;
  std::printf("\nTasks:%s\n", tasks.c_str());
}

TrainArguments parse_train_arguments(const std::vector<std::string>& words) {
  TrainArguments arguments;
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

std::string train_command(const std::vector<std::string>& words) {
  std::string command = "npm run train --";
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "--json" || words[i] == "--checkpoint" || words[i] == "--threads") continue;
    const bool out = words[i] == "--out";
    command += ' ' + words[i] + ' ' + (out ? std::filesystem::path(words[i + 1]).filename().string() : words[i + 1]);
  }
  return command;
}

}  // namespace heed
