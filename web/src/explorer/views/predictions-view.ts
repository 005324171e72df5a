/** What the model expects at the token in focus, as it is and with what the reader changed; a click writes a token. */
import { short, signed } from "../../charts/format";
import { el } from "../../controls/el";
import { type Acts, positionOf, quoted, type Scene } from "../scene";
import { headCode, initialState, isChanged } from "../state";
import type { Prediction } from "../worker/protocol";

export class PredictionsView {
  readonly element: HTMLElement;
  private readonly title = el("h2", {});
  private readonly about = el("p", { class: "facts" });
  private readonly columns = el("p", { class: "column-names" });
  private readonly list = el("ol", { class: "predictions" });
  private readonly back = el("button", { type: "button" }, "take back the last token");
  private readonly changes = el("ul", { class: "changes" });
  private readonly undo = el("button", { type: "button" }, "undo all changes");
  private readonly note = el("p", { class: "note" });
  private scene: Scene | null = null;

  constructor(private readonly acts: Acts) {
    this.back.addEventListener("click", () => {
      const { added } = this.scene?.state ?? initialState;
      acts.change({ added: added.slice(0, -1), query: null, key: null });
    });
    this.undo.addEventListener("click", () => acts.change({ changes: initialState.changes }));
    this.element = el(
      "div",
      { class: "predictions-view" },
      el("div", { class: "view-head" }, this.title, this.about),
      this.columns,
      this.list,
      this.back,
      el("h2", { class: "what-if" }, "What if"),
      this.note,
      this.changes,
      this.undo,
    );
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { model, state, text, predictions } = scene;
    const isDecoder = model.info.kind === "decoder";
    const position = positionOf(scene);
    const hasChanges = isChanged(state.changes);
    this.element.hidden = !model.predictsTokens;
    this.title.textContent = isDecoder ? "Next token" : "Predicted token";
    this.about.textContent = isDecoder
      ? `after token ${position} ${quoted(text.names[position])}`
      : `at token ${position} ${quoted(text.names[position])}`;
    const changed = hasChanges ? (predictions?.changed ?? null) : null;
    const plain = predictions?.plain ?? [];
    const largest = Math.max(
      ...plain.map((each) => each.probability),
      ...(changed ?? []).map((each) => each.probability),
    );
    const canWrite = isDecoder && position === text.ids.length - 1;
    this.list.replaceChildren(
      ...plain.map((before, i) => this.row(before, changed?.[i] ?? null, largest || 1, canWrite)),
    );
    this.list.classList.toggle("compared", changed !== null);
    this.columns.textContent = changed
      ? "probability: as it is (dashed), and with the changes"
      : "probability and logit";
    this.back.hidden = state.added.length === 0;
    this.undo.hidden = !hasChanges;
    this.note.textContent = noteOf(plain[0], changed?.[0], hasChanges);
    this.showChanges(scene);
  }

  private row(before: Prediction, after: Prediction | null, largest: number, canWrite: boolean): HTMLElement {
    const share = (value: number) => `${((value / largest) * 100).toFixed(1)}%`;
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", share(before.probability));
    const track = el("span", { class: "track" }, bar);
    if (after) {
      const dashed = el("span", { class: "bar after", "aria-hidden": "true" });
      dashed.style.setProperty("--share", share(after.probability));
      track.append(dashed);
    }
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

  private showChanges({ state, text }: Scene): void {
    const { ablate, mask } = state.changes;
    const item = (words: string, without: () => void) => {
      const button = el("button", { type: "button", "aria-label": `undo: ${words}` }, "undo");
      button.addEventListener("click", without);
      return el("li", {}, el("span", {}, words), button);
    };
    this.changes.replaceChildren(
      ...ablate.map((head) =>
        item(`head ${headCode(head)} is off`, () =>
          this.acts.change({ changes: { mask, ablate: ablate.filter((each) => each !== head) } }),
        ),
      ),
      ...mask.map((pair) =>
        item(
          `${pair.query} ${quoted(text.names[pair.query])} does not see ${pair.key} ${quoted(text.names[pair.key])} in head ${headCode(pair)}`,
          () => this.acts.change({ changes: { ablate, mask: mask.filter((each) => each !== pair) } }),
        ),
      ),
    );
  }
}

function noteOf(before: Prediction | undefined, after: Prediction | undefined, hasChanges: boolean): string {
  if (!hasChanges) return "Choose a head, or a cell of its map, and switch it off there.";
  if (!before || !after) return "";
  return `The logit of ${quoted(before.name)} goes from ${signed(before.logit, 3)} to ${signed(after.logit, 3)}, its rank from ${before.rank + 1} to ${after.rank + 1}.`;
}

/** "31.2 %"; what is less than a thousandth has at most two significant digits. */
export const percent = (share: number): string =>
  `${share >= 0.001 || share === 0 ? (share * 100).toFixed(1) : short(share * 100)} %`;
