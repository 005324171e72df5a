/** What the reader changes in the model's computation: heads and pairs that are off, tokens and hidden states that are replaced. */
import { signed } from "../../charts/format";
import { el } from "../../controls/el";
import { type Acts, mainKind, namesOf, queryOf, quoted, type Scene } from "../scene";
import { headCode, initialState, isChanged, kindNames } from "../state";
import type { Changes, Prediction } from "../worker/protocol";

export class WhatIfView {
  readonly element: HTMLElement;
  private readonly note = el("p", { class: "note" });
  private readonly list = el("ul", { class: "changes" });
  private readonly undo = el("button", { type: "button" }, "undo all changes");
  private readonly instead = el("input", { type: "text", name: "instead", size: "10", spellcheck: "false" });
  private readonly insteadLabel = el("span", {});
  private readonly replacing: HTMLFormElement;
  private readonly other = el("input", { type: "text", name: "other", size: "24", spellcheck: "false" });
  private readonly layer = el("input", { type: "number", name: "patched layer", min: "1", step: "1", value: "1" });
  private readonly patching: HTMLFormElement;
  private readonly patchedToken = el("span", {});
  private scene: Scene | null = null;

  constructor(private readonly acts: Acts) {
    this.undo.addEventListener("click", () => acts.change({ changes: initialState.changes }));
    this.replacing = el(
      "form",
      { class: "controls-line" },
      el("label", {}, this.insteadLabel, " ", this.instead),
      el("button", { type: "submit" }, "replace"),
    );
    this.replacing.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.scene && this.instead.value !== "") acts.replace(queryOf(this.scene), this.instead.value);
    });
    this.patching = el(
      "form",
      { class: "controls-line" },
      el("label", {}, "from another text, ", this.other),
      el("label", {}, "take what enters layer ", this.layer),
      this.patchedToken,
      el("button", { type: "submit" }, "patch"),
    );
    this.patching.addEventListener("submit", (event) => {
      event.preventDefault();
      this.patch();
    });
    this.element = el(
      "div",
      { class: "what-if-view" },
      el("div", { class: "view-head" }, el("h2", {}, "What if"), this.undo),
      this.note,
      this.list,
      this.replacing,
      this.patching,
    );
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { state, predictions, model } = scene;
    const hasChanges = isChanged(state.changes);
    const isText = model.info.kind !== "image";
    const isMain = state.kind === null;
    const query = queryOf(scene);
    const { queries } = namesOf(scene);
    this.element.hidden = model.info.predicts === "nothing";
    this.undo.hidden = !hasChanges;
    const changed = hasChanges ? predictions?.changed?.[0] : undefined;
    this.note.textContent = noteOf(predictions?.plain[0], changed, hasChanges);
    // Tokens of the text that the encoder or the decoder alone reads.
    this.replacing.hidden = !isText || (model.info.kind === "encoder-decoder" && state.kind !== "encoder");
    this.insteadLabel.textContent = `in place of token ${query} ${quoted(queries[query])}, `;
    this.patching.hidden = !isText || !isMain;
    this.layer.max = String(model.info.layers);
    this.patchedToken.textContent = `at token ${query} ${quoted(queries[query])}`;
    if (document.activeElement !== this.other) this.other.value = state.other;
    this.showChanges(scene);
  }

  private patch(): void {
    const { scene } = this;
    if (!scene || this.other.value === "") return;
    const { changes } = scene.state;
    const patched = { layer: this.layer.valueAsNumber - 1, position: queryOf(scene) };
    const others = changes.patch.filter(
      ({ layer, position }) => layer !== patched.layer || position !== patched.position,
    );
    this.acts.change({ other: this.other.value, changes: { ...changes, patch: [...others, patched] } });
  }

  private showChanges(scene: Scene): void {
    const { state, text } = scene;
    const { changes } = state;
    const main = mainKind(scene);
    const without = (part: Partial<Changes>) => this.acts.change({ changes: { ...changes, ...part } });
    const item = (words: string, undo: () => void) => {
      const button = el("button", { type: "button", "aria-label": `undo: ${words}` }, "undo");
      button.addEventListener("click", undo);
      return el("li", {}, el("span", {}, words), button);
    };
    const rest = <T>(all: readonly T[], one: T) => all.filter((each) => each !== one);
    const named = (names: readonly string[], at: number) => `${at} ${quoted(names[at])}`;
    const sides = (kind = main) => namesOf({ ...scene, state: { ...state, kind } });
    const ofMain = sides().queries;
    const of = (kind: typeof main | undefined) => (kind ? ` of the ${kindNames[kind]}` : "");
    this.list.replaceChildren(
      ...changes.ablate.map((head) =>
        item(`head ${headCode(head)}${of(head.kind)} is off`, () => without({ ablate: rest(changes.ablate, head) })),
      ),
      ...changes.mask.map((pair) =>
        item(
          `${named(sides(pair.kind).queries, pair.query)} does not see ${named(sides(pair.kind).keys, pair.key)} in head ${headCode(pair)}`,
          () => without({ mask: rest(changes.mask, pair) }),
        ),
      ),
      ...changes.replace.map((each) =>
        item(`${named(text.names, each.position)} is replaced by token ${each.id}`, () =>
          without({ replace: rest(changes.replace, each) }),
        ),
      ),
      ...changes.patch.map((each) =>
        item(
          `at ${named(ofMain, each.position)}, what enters layer ${each.layer + 1} is taken from ${quoted(state.other)}`,
          () => without({ patch: rest(changes.patch, each) }),
        ),
      ),
    );
  }
}

function noteOf(before: Prediction | undefined, after: Prediction | undefined, hasChanges: boolean): string {
  if (!hasChanges) return "Choose a head, or a cell of its map, and switch it off there; or replace something here.";
  if (!before || !after) return "";
  return `The logit of ${quoted(before.name)} goes from ${signed(before.logit, 3)} to ${signed(after.logit, 3)}, its rank from ${before.rank + 1} to ${after.rank + 1}.`;
}
