/** Play, step, reset; where in training one is and how fast it goes; and the timeline. */

import { el } from "../../controls/el";
import { setText } from "../../controls/set-text";
import { Timeline, type TimelineEvents, type TimelineState } from "../../controls/timeline";

export interface TransportEvents extends TimelineEvents {
  /** Of the reader's run; an example is paused by the same button. */
  readonly step: () => void;
  readonly reset: () => void;
  readonly compare: () => void;
}

export interface TransportState {
  readonly timeline: TimelineState;
  readonly isPlaying: boolean;
  readonly isExample: boolean;
  readonly isComplete: boolean;
  readonly canTrain: boolean;
  readonly progress: string;
  /** What the button offers to compare with. */
  readonly compare: string;
}

export class TrainingTransport {
  private readonly play = el("button", { type: "button", class: "play" }, "Play");
  private readonly step = el("button", { type: "button" }, "step");
  private readonly reset = el("button", { type: "button" }, "reset");
  /** Stands with the settings. */
  readonly compare = el("button", { type: "button", class: "compare" }, "compare with 1 layer");
  private readonly progress = el("p", { class: "progress-text" });
  readonly timeline: Timeline;
  readonly element: HTMLElement;

  constructor(events: TransportEvents) {
    this.timeline = new Timeline("Moment of training", events);
    this.play.addEventListener("click", events.toggle);
    this.step.addEventListener("click", events.step);
    this.reset.addEventListener("click", events.reset);
    this.compare.addEventListener("click", events.compare);
    for (const button of [this.play, this.step, this.reset])
      button.addEventListener("keydown", (event) => {
        if (event.key.startsWith("Arrow") && this.timeline.move(event.key)) event.preventDefault();
      });
    this.element = el(
      "div",
      { class: "transport not-exported", part: "transport", role: "group", "aria-label": "Training" },
      el("div", { class: "buttons" }, this.play, this.step, this.reset),
      this.progress,
      this.timeline.element,
    );
  }

  show({ timeline, isPlaying, isExample, isComplete, canTrain, progress, compare }: TransportState): void {
    setText(this.play, isPlaying && !isExample ? "Pause" : "Play");
    const act = isPlaying ? "pause" : isComplete ? "repeat" : "continue";
    setText(this.step, isExample ? `${act} example` : "step");
    this.play.disabled = this.step.disabled = !canTrain;
    setText(this.progress, progress);
    setText(this.compare, compare);
    this.timeline.show(timeline);
  }
}
