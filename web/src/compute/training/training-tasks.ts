import type { TrainingMessage, TrainingTasks } from "./training-protocol";
import type { TrainingRun } from "./training-run";

/** Does what a session asks of its run, which the first message began. */
export function performInRun(run: TrainingRun, message: TrainingMessage): TrainingTasks[keyof TrainingTasks]["result"] {
  switch (message.name) {
    case "start":
    case "open":
      return run.info;
    case "play":
      return void run.play();
    case "pause":
      return void run.pause();
    case "step":
      return run.step();
    case "examples":
      return run.examples(message.request.seed, message.request.count);
    case "look":
      return run.inspect(message.request);
    case "evaluate":
      return run.evaluate(message.request);
    case "heads":
      return run.heads(message.request);
    case "shift":
      return run.shift(message.request);
    case "rises":
      return run.rises(message.request);
    case "view":
      return run.view(message.request);
    case "setLearningRate":
      return void run.setLearningRate(message.request.learningRate);
    case "save":
      return run.save(message.request.step);
    case "checkpoint":
      return run.checkpoint();
  }
}
