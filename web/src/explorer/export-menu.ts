/** What can be saved of the explorer: a recording of heads, the chosen head as a picture or as numbers, and the whole run. */
import { Choice } from "../controls/choice";
import { el } from "../controls/el";
import { Menu } from "../figure/menus/menu";
import type { Bits } from "../formats/recording/layout";
import { dataOfMaps } from "../model/figure-data";
import { isCausal, kindOf, namesOf, type Scene } from "./scene";
import { headName } from "./state";
import type { ModelWorker } from "./worker/client";
import type { PartToAsk } from "./worker/protocol";

const whichHeads = ["all", "of the chosen label", "of this layer", "this one"] as const;
type WhichHeads = (typeof whichHeads)[number];
const whichAttentions = ["the one that is shown", "all three"] as const;
type WhichAttentions = (typeof whichAttentions)[number];
const precisions = ["8 bits", "16 bits"] as const;

export interface ExportSource {
  /** What is shown, where a text has been read; null otherwise. */
  readonly scene: () => Scene | null;
  readonly modelName: () => string;
  /** The chosen head's map, as it is drawn. */
  readonly map: () => HTMLElement | null;
}

export class ExportMenu {
  readonly element: HTMLElement;
  private readonly source = el("textarea", { rows: "3", "aria-label": "Where the numbers come from, a sentence" });
  private heads: WhichHeads = "all";
  private attentions: WhichAttentions = "the one that is shown";
  private readonly ofAttentions = new Choice("attention", whichAttentions, (which) => {
    this.attentions = which;
  });
  private bits: Bits = 8;

  constructor(
    private readonly worker: ModelWorker,
    private readonly from: ExportSource,
  ) {
    const menu = new Menu("take away", "Take away what is shown", (panel) => this.fill(panel));
    this.element = el("div", { class: "export-menu" }, menu.button, menu.panel);
    menu.button.addEventListener("click", () => {
      const scene = from.scene();
      if (!scene) return;
      this.source.value = sourceOf(scene, from.modelName());
      this.ofAttentions.element.hidden = scene.attentions.length === 1;
      if (scene.attentions.length === 1) this.attentions = "the one that is shown";
      this.ofAttentions.show(this.attentions);
    });
  }

  private fill(menu: Menu): Node[] {
    const heads = new Choice("heads", whichHeads, (which) => {
      this.heads = which;
    });
    const bits = new Choice("weights in", precisions, (precision) => {
      this.bits = precision === "8 bits" ? 8 : 16;
    });
    heads.show(this.heads);
    bits.show("8 bits");
    return [
      el("h2", {}, "A recording"),
      el("p", { class: "facts" }, "Shown on any page by <heed-recording src=…>, without the model."),
      this.ofAttentions.element,
      heads.element,
      bits.element,
      el("label", { class: "source" }, "Where the numbers come from", this.source),
      row(
        menu.action("the recording", "Save the recording", () => this.saveRecording(menu)),
        menu.action("one HTML file", "Save one HTML file that shows the recording", () => this.savePage(menu)),
      ),
      el("h2", {}, "This head"),
      row(
        menu.action("SVG", "Save the map as SVG", () => this.savePicture("svg")),
        menu.action("PNG", "Save the map as PNG, twice the size on screen", () => this.savePicture("png")),
        ...(["CSV", "JSON", "NPY"] as const).map((form) =>
          menu.action(form, `Save the weights as ${form}`, () => this.saveNumbers(form)),
        ),
      ),
      el("h2", {}, "The whole run"),
      row(
        ...(["safetensors", "npz"] as const).map((form) =>
          menu.action(form, `Save weights, hidden states and logits as ${form}`, () => this.saveRun(form)),
        ),
      ),
    ];
  }

  private shown(): Scene {
    const scene = this.from.scene();
    if (!scene || scene.text.names.length === 0) throw new Error("There is no text yet.");
    return scene;
  }

  private get title(): string {
    return `${this.from.modelName()}: attention`;
  }

  private async recorded(menu: Menu): Promise<Blob> {
    const scene = this.shown();
    const parts = partsOf(scene, this.heads, this.attentions === "all three");
    if (parts.length === 0) throw new Error("No head has the chosen label.");
    const onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
      menu.status.textContent = `${loaded} of ${total} heads …`;
    };
    const { bits } = this;
    const request = {
      title: this.from.modelName(),
      source: this.source.value.trim(),
      bits,
      parts,
    };
    return this.worker.ask("record", request, { onProgress });
  }

  private async saveRecording(menu: Menu): Promise<string> {
    const blob = await this.recorded(menu);
    const { saveBlob } = await import("../figure/export/export");
    return `${saveBlob(this.title, "heed", blob)} ${(blob.size / 1000).toFixed(0)} KB.`;
  }

  private async savePage(menu: Menu): Promise<string> {
    const blob = await this.recorded(menu);
    const [{ saveBlob }, { selfContainedPage }, { toBase64 }] = await Promise.all([
      import("../figure/export/export"),
      import("../figure/menus/self-contained-page"),
      import("../figure/export/base64"),
    ]);
    const content = { type: "application/octet-stream", text: await toBase64(blob) } as const;
    const page = { tag: "heed-recording", attributes: {}, controls: true, base: "", title: this.title, content };
    return saveBlob(this.title, "html", new Blob([await selfContainedPage(page)], { type: "text/html" }));
  }

  private async savePicture(form: "svg" | "png"): Promise<string> {
    const scene = this.shown();
    const map = this.from.map();
    if (!map) throw new Error("There is no map yet.");
    const { pictureOf, pngOf, saveBlob, saveText, svgText } = await import("../figure/export/export");
    const title = `${this.from.modelName()}: ${headName(scene.state)}`;
    const facts = {
      title,
      settings: `scale ${scene.state.scale}`,
      provenance: this.source.value,
      link: `${location.origin}${location.pathname}`,
    };
    const picture = pictureOf(map, facts, form === "svg");
    return form === "svg" ? saveText(title, "svg", svgText(picture)) : saveBlob(title, "png", await pngOf(picture, 2));
  }

  private async saveNumbers(form: "CSV" | "JSON" | "NPY"): Promise<string> {
    const scene = this.shown();
    const { head, state } = scene;
    if (!head) throw new Error("The head is not computed yet.");
    const { saveNumbers } = await import("../figure/export/export");
    const { queries, keys } = namesOf(scene);
    const numbered = (names: readonly string[]) => names.map((name, i) => `${i} ${name}`);
    const data = dataOfMaps([head], [], { query: numbered(queries), key: numbered(keys) });
    return saveNumbers(`${this.from.modelName()}: ${headName(state)}`, form, data);
  }

  private async saveRun(form: "safetensors" | "npz"): Promise<string> {
    const blob = await this.worker.ask("wholeRun", { form, input: this.shown().text.input });
    const { saveBlob } = await import("../figure/export/export");
    return saveBlob(`${this.from.modelName()} run`, form, blob);
  }
}

const row = (...buttons: readonly Node[]) => el("p", { class: "menu-row" }, ...buttons);

function sourceOf({ model }: Scene, name: string): string {
  const { architecture, layers, heads } = model.info;
  return `Attention weights of ${name} (${architecture}, ${layers} layers of ${heads} heads), computed by Heed from its checkpoint.`;
}

/** The heads to be recorded, by layers. Labels are known of the attention that is shown. */
export function chosenHeads(
  { state, model, layers, attentions }: Pick<Scene, "state" | "model" | "layers" | "attentions">,
  which: WhichHeads,
  kind = kindOf({ state, model }),
): PartToAsk["heads"] {
  const { heads = [] } = attentions.find((each) => each.kind === kind) ?? {};
  const isShown = kind === kindOf({ state, model });
  const all = heads.flatMap((count, layer) => Array.from({ length: count }, (_, head) => ({ layer, head })));
  return all.filter(({ layer, head }) => {
    if (which === "of this layer") return layer === state.layer;
    if (which === "this one") return layer === state.layer && head === (state.head ?? 0);
    if (which === "of the chosen label" && state.label !== null)
      return isShown && layers[layer]?.[head]?.label === state.label;
    return true;
  });
}

/** The attention that is shown, or all that there are; those of which no head is chosen are left out. */
export function partsOf(
  scene: Pick<Scene, "state" | "model" | "layers" | "attentions" | "text">,
  which: WhichHeads,
  all: boolean,
): PartToAsk[] {
  const { model, text } = scene;
  const shown = kindOf(scene);
  return scene.attentions
    .filter(({ kind }) => all || kind === shown)
    .map(({ kind, heads }) => {
      const of = { state: { ...scene.state, kind }, model, text };
      const { queries, keys } = namesOf(of);
      return {
        ...{ kind, causal: isCausal(of), layers: heads.length, headsOfLayer: Math.max(1, ...heads) },
        ...{ queryTokens: queries, ...(keys === queries ? {} : { keyTokens: keys }) },
        heads: chosenHeads(scene, which, kind),
      };
    })
    .filter(({ heads }) => heads.length > 0);
}
