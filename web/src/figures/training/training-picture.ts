/** The picture of a run: transport above, heads as they are now on the left, what has happened over training on the right. */
import type { Palette } from "../../charts/color/palette";
import { TimeChart } from "../../charts/curves/time-chart";
import { roundSteps } from "../../charts/curves/time-layout";
import type { Evaluation } from "../../compute/training/training";
import type { HeadPlace } from "../../compute/training/training-protocol";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { setText } from "../../controls/set-text";
import type { Readout } from "../../figure/readout";
import { dashOfLayer, headName, hueOfHead, nats, percent, thousands } from "../../figure/trained/head-labels";
import type { Formation } from "./formation";
import type { Moment } from "./moment";
import { checkpointAt, lastStep, type RunHistory } from "./run-history";
import type { StoredRun } from "./stored-run";
import { TrainingHeads } from "./training-heads";
import { TrainingMap } from "./training-map";
import { type OtherScore, otherScores, trainingPanels } from "./training-panels";
import { keptInWords } from "./training-sentences";
import { TrainingTransport, type TransportEvents } from "./training-transport";

export interface PictureEvents extends TransportEvents {
  readonly point: (step: number | null) => void;
  readonly choose: (head: HeadPlace) => void;
  readonly pointHead: (head: HeadPlace | null) => void;
  readonly toggleHead: (head: HeadPlace) => void;
  /** Another score was chosen to be drawn. */
  readonly other: () => void;
  readonly resume: (kept: StoredRun) => void;
  readonly forget: () => void;
  readonly open: (file: File) => void;
  readonly save: () => void;
}

export interface PictureView extends Moment {
  readonly formations: Readonly<Record<"induction" | "previousToken", Formation | undefined>>;
  readonly chosen: HeadPlace;
  readonly off: ReadonlyMap<string, HeadPlace>;
  /** The step that is looked at; null is the newest. */
  readonly at: number | null;
  readonly before: { readonly name: string; readonly history: RunHistory } | null;
  readonly without: ReadonlyMap<string, Evaluation>;
  readonly layers: number;
}

const speakEvery = 10_000;

export class TrainingPicture {
  readonly element: HTMLElement;
  /** Saving and opening, which stand with the figure's other tools. */
  readonly tools: readonly HTMLElement[];
  /** What belongs among the settings. */
  readonly own: readonly HTMLElement[];
  private readonly transport: TrainingTransport;
  private readonly heads: TrainingHeads;
  private readonly map: TrainingMap;
  private readonly chart: TimeChart;
  private readonly otherChoice: Choice<OtherScore>;
  readonly kept = el("p", { class: "kept", hidden: "" });
  private readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  private other: OtherScore = otherScores[0];
  private spokenAt = 0;

  constructor(
    readout: Readout,
    private readonly events: PictureEvents,
  ) {
    this.transport = new TrainingTransport(events);
    this.heads = new TrainingHeads({ choose: events.choose, preview: events.pointHead, toggle: events.toggleHead });
    this.map = new TrainingMap(readout);
    this.chart = new TimeChart("Loss, accuracy and the weights of each head, over training", {
      preview: events.point,
      toggle: events.scrub,
    });
    this.otherChoice = new Choice<OtherScore>("last chart", otherScores, (other) => {
      this.other = other;
      this.otherChoice.show(other);
      events.other();
    });
    this.otherChoice.show(this.other);
    this.own = [this.transport.compare];
    this.tools = [this.saveButton(), this.openButton()];
    this.element = el(
      "div",
      { class: "training" },
      this.transport.element,
      el("div", { class: "now" }, this.heads.element, this.map.element),
      el(
        "div",
        { class: "over-time" },
        this.chart.element,
        el("div", { class: "other not-exported" }, this.otherChoice.element),
      ),
      this.spoken,
    );
  }

  show(view: PictureView, palette: Palette): void {
    const { run, inspection, example, evaluation, chosen, off, at, before, without } = view;
    const { info, history } = run;
    const last = Math.max(info.options.steps, roundSteps(lastStep(history)), before ? lastStep(before.history) : 0);
    const checkpoint = checkpointAt(history.checkpoints, at);
    this.transport.show({
      timeline: { steps: run.steps, last, at, text: timeInWords(checkpoint?.step ?? 0, evaluation) },
      isPlaying: run.wanted,
      isExample: run.isExample,
      isComplete: run.step >= info.options.steps,
      canTrain: info.canTrain,
      progress: progressInWords(view),
      compare: view.layers === 1 ? "compare with 2 layers" : "compare with 1 layer",
    });
    this.heads.show({ inspection, evaluation, without, off: new Set(off.keys()), chosen }, palette);
    const name = headName(chosen);
    const scores = evaluation?.heads[chosen.layer]?.[chosen.head];
    this.map.show(
      { inspection, example, vocabulary: info.vocabulary, head: chosen, scores, isOff: off.has(name) },
      palette,
    );
    const panels = trainingPanels({
      info,
      history,
      before,
      chosen,
      other: this.other,
      formations: view.formations,
      ablated: view.ablated && { ...view.ablated, name: `without ${[...off.keys()].sort().join(", ")}` },
      colorOf: (head) => hueOfHead(palette, head),
      dashOf: (layer) => dashOfLayer(layer, info.layers),
      ink: palette.ink,
      soft: "var(--soft)",
      sequence: example.tokens.length,
    });
    this.chart.show(panels, { last, at });
  }

  /** Offers a run that was kept, or no longer. */
  offer(kept: StoredRun | null): void {
    this.kept.hidden = kept === null;
    if (!kept) return;
    const resume = el("button", { type: "button" }, "Continue it");
    const forget = el("button", { type: "button" }, "forget it");
    resume.addEventListener("click", () => {
      this.offer(null);
      this.events.resume(kept);
    });
    forget.addEventListener("click", () => {
      this.offer(null);
      this.events.forget();
    });
    this.kept.replaceChildren(
      `An earlier run was kept: ${keptInWords(kept, Date.now())}. `,
      resume,
      " or ",
      forget,
      ".",
    );
  }

  /** Says how far training is, at most every ten seconds unless something has happened. */
  summarise(text: string, now: boolean): void {
    if (!now && performance.now() - this.spokenAt < speakEvery) return;
    this.spokenAt = performance.now();
    setText(this.spoken, text);
  }

  private saveButton(): HTMLElement {
    const button = el("button", { type: "button" }, "save model");
    button.addEventListener("click", () => this.events.save());
    return button;
  }

  private openButton(): HTMLElement {
    const input = el("input", { type: "file", accept: ".safetensors", class: "visually-hidden", tabindex: "-1" });
    input.setAttribute("aria-hidden", "true");
    const button = el("button", { type: "button" }, "open model");
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file) this.events.open(file);
      input.value = "";
    });
    return el("span", {}, button, input);
  }
}

const timeInWords = (step: number, evaluation: Evaluation | undefined) =>
  evaluation ? `step ${step}: loss ${nats(evaluation.loss)}, accuracy ${percent(evaluation.accuracy)}` : `step ${step}`;

function progressInWords({ run, at }: PictureView): string {
  const { steps, batch, length } = run.info.options;
  if (at !== null) return `step ${at}, of ${run.step} taken`;
  const step = `${run.isExample ? "example run: " : ""}step ${run.step} of ${Math.max(steps, run.step)}`;
  if (run.isWaiting && !run.isExample)
    return `${step} · waits while ${run.isWaiting === "hidden" ? "hidden" : "out of view"}`;
  const rate = run.session.latest?.stepsPerSecond;
  if (!run.isPlaying || !rate) return step;
  const speed = `${step} · ${rate.toFixed(rate < 10 ? 1 : 0)} steps/s`;
  return run.isExample ? speed : `${speed} · ${thousands(rate * batch * length)} tokens/s`;
}
