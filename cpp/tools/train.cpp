// heed_train: trains a transformer on one of the core's tasks. `npm run train -- --help` says how.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "files.h"
#include "heed/tensor/half.h"
#include "train_arguments.h"
#include "train_report.h"

namespace {

using namespace heed;

constexpr double kSecondsBetweenCheckpoints = 10;
constexpr Index kCurvePoints = 100;

volatile std::sig_atomic_t interrupted = 0;

extern "C" void interrupt(int signal) { interrupted = signal; }

class Clock {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void write_checkpoint(const std::string& path, const Trainer& trainer, const TrainReport& report) {
  Safetensors file = trainer.checkpoint();
  add_progress(file.metadata, report);
  write_file(path, write_safetensors(file));
}

void print_progress(const Trainer& trainer, const StepReport& step, double steps_a_second) {
  const Index steps = trainer.options().steps;
  const double tokens = steps_a_second * static_cast<double>(trainer.options().batch * trainer.task().info().length);
  std::printf("step %td of %td, loss %.4f, accuracy %.1f %%, %.0f tokens/s, %.0f s left\n", step.step, steps, step.loss,
              100 * step.accuracy, tokens, static_cast<double>(steps - step.step) / steps_a_second);
  std::fflush(stdout);
}

/// Takes the steps that are left, unless it is interrupted.
void train(Trainer& trainer, TrainReport& report, const std::string& checkpoint) {
  const Index steps = trainer.options().steps;
  const Index first = trainer.steps_taken();
  const double before = report.seconds;
  const Clock clock;
  double last_print = 0;
  double last_checkpoint = 0;
  if (report.curve.empty()) add_curve_point(report, 0, trainer.evaluate().loss);
  while (trainer.steps_taken() < steps && interrupted == 0) {
    const StepReport step = trainer.step();
    if (step.step % std::max<Index>(1, steps / kCurvePoints) == 0)
      add_curve_point(report, step.step, trainer.evaluate().loss);
    const double seconds = clock.seconds();
    report.seconds = before + seconds;
    const bool last = step.step == steps;
    if (!checkpoint.empty() && (seconds - last_checkpoint > kSecondsBetweenCheckpoints || last)) {
      write_checkpoint(checkpoint, trainer, report);
      last_checkpoint = seconds;
    }
    if (seconds - last_print < 1 && !last) continue;
    last_print = seconds;
    print_progress(trainer, step, static_cast<double>(step.step - first) / seconds);
  }
  if (interrupted != 0) write_checkpoint(checkpoint, trainer, report);
}

/// The loss of more sequences than fit in memory at once.
Loss held_out_loss(Trainer& trainer, Index sequences) {
  const Batch all = draw_held_out(trainer.task(), sequences);
  Loss loss;
  constexpr Index kAtOnce = 64;
  for (Index first = 0; first < sequences; first += kAtOnce) {
    const Index count = std::min(kAtOnce, sequences - first);
    const auto part = [&](const std::vector<std::int32_t>& tokens) {
      return std::span(tokens).subspan(static_cast<std::size_t>(first * all.length),
                                       static_cast<std::size_t>(count * all.length));
    };
    loss += trainer.model().evaluate(part(all.tokens), part(all.targets), count);
  }
  return loss;
}

int run(const std::vector<std::string>& words) {
  const TrainArguments arguments = parse_train_arguments(words);
  // Before hours are spent on what cannot be written.
  for (const std::string& path : {arguments.json, arguments.out, arguments.checkpoint})
    if (!path.empty()) check_writable(path);
  Trainer trainer(arguments.options);
  const TaskInfo& task = trainer.task().info();
  TrainReport report;
  report.command = train_command(words);
  report.held_out = arguments.held_out;
  if (!arguments.checkpoint.empty()) {
    if (std::filesystem::exists(arguments.checkpoint)) {
      const std::vector<std::byte> bytes = read_file(arguments.checkpoint);
      const SafetensorsView file = view_safetensors(bytes);
      trainer.resume(file);
      read_progress(file.metadata, report);
      std::printf("going on from step %td of %s\n", trainer.steps_taken(), arguments.checkpoint.c_str());
    }
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
  }
  std::printf("%s: %td parameters, floor %.4f nats, ceiling %.1f %%\n", task.name.c_str(),
              trainer.model().layout().size, task.floor, 100 * task.ceiling);
  std::fflush(stdout);
  train(trainer, report, arguments.checkpoint);
  if (interrupted != 0) {
    std::printf("interrupted after step %td; the same command goes on from %s\n", trainer.steps_taken(),
                arguments.checkpoint.c_str());
    return 128 + interrupted;
  }

  if (arguments.stored_as == ElementType::kF16)
    for (float& parameter : trainer.model().parameters()) parameter = from_half(to_half(parameter));
  report.last = trainer.evaluate();
  report.last.loss = held_out_loss(trainer, arguments.held_out);
  if (!arguments.out.empty()) {
    Safetensors file = trainer.model_file();
    add_report(file.metadata, trainer, report);
    write_file(arguments.out, write_safetensors(file, arguments.stored_as));
  }
  const std::string json = report_json(trainer, report);
  std::fputs(json.c_str(), stdout);
  if (!arguments.json.empty()) write_file(arguments.json, std::as_bytes(std::span(json)));
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  try {
    if (std::ranges::count(arguments, "--help") > 0) {
      print_train_help();
      return 0;
    }
    return run(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
