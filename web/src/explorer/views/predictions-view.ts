/** What the model expects at the token in focus, as it is and with what the reader changed; a click, or a draw, writes a token. */
import { short, signed } from "../../charts/format";
import { el } from "../../controls/el";
import { megabytes } from "../opening/megabytes";
import { type Acts, positionName, positionOf, quoted, type Scene } from "../scene";
import { initialState, isChanged } from "../state";
import type { Prediction } from "../worker/protocol";
import { barOf, shareBar } from "./share-bar";

export class PredictionsView {
  readonly element: HTMLElement;
  private readonly title = el("h2", {});
  private readonly about = el("p", { class: "facts" });
  private readonly columns = el("p", { class: "column-names" });
  private readonly list = el("ol", { class: "predictions" });
  private readonly back = el("button", { type: "button" }, "take back the last token");
  private readonly next = el("button", { type: "button" }, "write the next token");
  private readonly cache = el("p", { class: "cache" });
  private readonly sampling: HTMLElement;
  private readonly numbers: readonly { readonly name: Sampled; readonly input: HTMLInputElement }[];
  private scene: Scene | null = null;

  constructor(private readonly acts: Acts) {
    this.back.addEventListener("click", () => {
      const { added } = this.scene?.state ?? initialState;
      acts.change({ added: added.slice(0, -1), query: null, key: null });
    });
    this.next.addEventListener("click", () => acts.write());
    this.numbers = sampled.map(({ name, ...attributes }) => {
      const input = el("input", { type: "number", name, ...attributes });
      input.addEventListener("change", () => {
        if (input.value !== "" && input.checkValidity()) acts.change({ [name]: Number(input.value) });
        else input.value = String(this.scene?.state[name] ?? initialState[name]);
      });
      return { name, input };
    });
    this.sampling = el(
      "div",
      { class: "controls-line sampling" },
      this.next,
      this.back,
      ...this.numbers.map(({ name, input }) => el("label", {}, `${sampledWords[name]} `, input)),
    );
    this.element = el(
      "div",
      { class: "predictions-view" },
      el("div", { class: "view-head" }, this.title, this.about),
      this.columns,
      this.list,
      this.sampling,
      this.cache,
    );
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { model, state, predictions } = scene;
    const isClasses = model.info.predicts === "classes";
    const writes = isWriter(scene);
    const position = positionOf(scene);
    this.element.hidden = model.info.predicts === "nothing";
    this.title.textContent = isClasses ? "Predicted class" : writes ? "Next token" : "Predicted token";
    this.about.textContent = isClasses
      ? "of the whole"
      : `${writes ? "after" : "at"} token ${position} ${quoted(positionName(scene))}`;
    const changed = isChanged(state.changes) ? (predictions?.changed ?? null) : null;
    const plain = predictions?.plain ?? [];
    const largest = Math.max(
      ...plain.map((each) => each.probability),
      ...(changed ?? []).map((each) => each.probability),
    );
    const canWrite = writes && position === lengthOf(scene) - 1;
    this.list.replaceChildren(
      ...plain.map((before, i) => this.row(before, changed?.[i] ?? null, largest || 1, canWrite)),
    );
    this.list.classList.toggle("compared", changed !== null);
    this.columns.textContent = changed
      ? "probability: as it is (dashed), and with the changes"
      : "probability and logit";
    this.sampling.hidden = !writes;
    this.cache.hidden = !writes;
    this.cache.textContent = writes ? cacheOf(scene) : "";
    this.back.disabled = state.added.length === 0;
    for (const { name, input } of this.numbers) if (document.activeElement !== input) input.value = String(state[name]);
  }

  private row(before: Prediction, after: Prediction | null, largest: number, canWrite: boolean): HTMLElement {
    const track = shareBar(before.probability / largest);
    if (after) track.append(barOf(after.probability / largest, "after"));
    const name = canWrite ? el("button", { type: "button", class: "name" }) : el("span", { class: "name" });
    name.textContent = quoted(before.name).slice(1, -1);
    if (canWrite) {
      name.setAttribute("aria-label", `write ${quoted(before.name)}`);
      name.addEventListener("click", () => this.write(before.id));
    }
    return el(
      "li",
      { title: `token ${before.id}` },
      name,
      track,
      el("span", { class: "number" }, percent(before.probability)),
      after
        ? el("span", { class: "number after" }, percent(after.probability))
        : el("span", { class: "number logit" }, signed(before.logit, 3)),
    );
  }

  private write(id: number): void {
    const { added } = this.scene?.state ?? initialState;
    this.acts.change({ added: [...added, id], query: null, key: null });
  }
}

type Sampled = "temperature" | "topK" | "topP" | "seed";

/** How the next token is drawn. */
const sampled: readonly { name: Sampled; min: string; max: string; step: string }[] = [
  { name: "temperature", min: "0", max: "5", step: "0.1" },
  { name: "topK", min: "0", max: "1000000", step: "1" },
  { name: "topP", min: "0.01", max: "1", step: "0.01" },
  { name: "seed", min: "0", max: "999999999", step: "1" },
];
const sampledWords: Readonly<Record<Sampled, string>> = {
  temperature: "temperature",
  topK: "top k",
  topP: "top p",
  seed: "seed",
};

/** Decoders go on with a text, also those that read another. */
const isWriter = ({ model }: Scene) => model.info.predicts === "tokens" && model.info.kind !== "encoder";

/** What a text that goes on is computed from. */
function cacheOf({ keptKeys, model }: Scene): string {
  if (!keptKeys) return "";
  const { tokens, computed, bytes } = keptKeys;
  const { layers } = model.info;

  const kept = `Cached: the keys and values of ${tokens} ${tokens === 1 ? "token" : "tokens"} in ${layers === 1 ? "1 layer" : `each of ${layers} layers`}, ${megabytes(bytes)}.`;
  if (computed === tokens) return `${kept} All of them were computed at once.`;
  if (computed === 0) return `${kept} Nothing was computed: later tokens were taken off.`;
  const were = computed === 1 ? "Only the last token was computed" : `Only the last ${computed} tokens were computed`;
  return `${kept} ${were}; the other ${tokens - computed} came from the cache.`;
}

const lengthOf = ({ text }: Scene) => (text.targetNames ?? text.names).length;

/** "31.2 %"; what is less than a thousandth has at most two significant digits. */
export const percent = (share: number): string =>
  `${share >= 0.001 || share === 0 ? (share * 100).toFixed(1) : short(share * 100)} %`;
