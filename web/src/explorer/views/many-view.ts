/** Heads on many texts: mean and spread of a score over the lines of a file, and the text in which a head has most of it. */
import { reading } from "../../charts/format";
import { el } from "../../controls/el";
import type { AttentionKind } from "../../models/models";
import { hueOf, type Scene } from "../scene";
import { headCode, type Order } from "../state";
import type { ManyTexts, Progress, ScoreName } from "../worker/protocol";

/** Heads that are listed. */
const listed = 12;

/** By which score of the grid's order they are listed. */
export const scoreOfOrder = (order: Order): ScoreName =>
  (
    ({
      distance: "meanDistance",
      "previous token": "previousToken",
      "first token": "firstToken",
      self: "self",
      "duplicate token": "duplicateToken",
      induction: "induction",
      local: "local",
    }) as Partial<Record<Order, ScoreName>>
  )[order] ?? "entropy";

interface HeadAt {
  readonly layer: number;
  readonly head: number;
  readonly kind: AttentionKind | null;
}

export interface ManyActs {
  readonly open: (file: File) => void;
  readonly cancel: () => void;
  readonly choose: (place: HeadAt, text: string) => void;
}

export class ManyView {
  readonly element: HTMLElement;
  private readonly about = el("p", { class: "facts" });
  private readonly progress = el("progress", { max: "1", "aria-label": "Texts read" });
  private readonly cancel = el("button", { type: "button" }, "cancel");
  private readonly rows = el("tbody");
  private readonly table: HTMLElement;
  private kept: { readonly name: string; readonly kind: AttentionKind | null; readonly found: ManyTexts } | null = null;
  private drawn: readonly unknown[] = [];

  constructor(private readonly acts: ManyActs) {
    const file = el("input", { type: "file", accept: ".txt,text/plain", class: "visually-hidden", tabindex: "-1" });
    file.setAttribute("aria-label", "A file of texts, one a line");
    const choose = el("button", { type: "button" }, "choose a file of lines, or drop one here");
    choose.addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen) acts.open(chosen);
      file.value = "";
    });
    this.cancel.addEventListener("click", acts.cancel);
    const names = ["head", "mean", "spread", "most of it in"].map((name) => el("th", { scope: "col" }, name));
    this.table = el("table", {}, el("thead", {}, el("tr", {}, ...names)), this.rows);
    this.element = el(
      "div",
      { class: "many-view" },
      el("div", { class: "view-head" }, el("h2", {}, "Many texts"), this.about),
      el("div", { class: "controls-line" }, choose, file, this.progress, this.cancel),
      this.table,
    );
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      const dropped = event.dataTransfer?.files[0];
      if (!dropped) return;
      event.preventDefault();
      // It is no model.
      event.stopPropagation();
      acts.open(dropped);
    });
    this.forget();
  }

  /** Of another model. */
  forget(): void {
    this.kept = null;
    this.idle("");
  }

  idle(message: string): void {
    this.progress.hidden = true;
    this.cancel.hidden = true;
    this.about.textContent = message;
    this.table.hidden = this.kept === null;
    this.drawn = [];
  }

  tell(name: string, { loaded, total }: Progress): void {
    this.kept = null;
    this.idle(`${name}: text ${loaded + 1} of ${total}`);
    this.progress.hidden = false;
    this.cancel.hidden = false;
    this.progress.value = total > 0 ? loaded / total : 0;
  }

  found(name: string, kind: AttentionKind | null, found: ManyTexts): void {
    this.kept = { name, kind, found };
    this.idle("");
  }

  show({ model, state, palette }: Scene): void {
    this.element.hidden = model.info.kind === "image";
    const { kept } = this;
    if (!kept) return;
    const parts = [kept, state.order, palette];
    if (parts.every((part, i) => part === this.drawn[i])) return;
    this.drawn = parts;
    const { texts, skipped, heads } = kept.found;
    const score = scoreOfOrder(state.order);
    const isScore = state.order !== "layer" && state.order !== "similarity" && state.order !== "change";
    const name = isScore ? state.order : "entropy";
    const left = skipped > 0 ? `, ${skipped} lines left out` : "";
    this.about.textContent = `${name} over ${texts.length} texts of ${kept.name}${left}`;
    const all = heads.flatMap((row, layer) => row.map((each, head) => ({ layer, head, spread: each[score] })));
    const most = all.sort((a, b) => b.spread.mean - a.spread.mean).slice(0, listed);
    this.rows.replaceChildren(
      ...most.map(({ layer, head, spread }) => {
        const text = texts[spread.largestAt] ?? "";
        const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
        const choose = el("button", { type: "button", class: "name" }, `${short} `);
        choose.addEventListener("click", () => this.acts.choose({ layer, head, kind: kept.kind }, text));
        const title = el("th", { scope: "row" }, headCode({ layer, head, kind: kept.kind }));
        title.style.color = hueOf(palette, head);
        return el(
          "tr",
          {},
          title,
          el("td", {}, reading(spread.mean)),
          el("td", {}, reading(spread.deviation)),
          el("td", {}, choose, el("span", { class: "number" }, reading(spread.largest))),
        );
      }),
    );
  }
}
