/** The page: one state, the views that show it, and the ways to open a model. */
import { type Palette, readPalette } from "../charts/color/palette";
import { watchBackground } from "../figure/background";
import type { ChosenFiles } from "./chosen-files";
import { factsOf, ModelOpener } from "./model-opener";
import { ownModels, ownModelUrl } from "./own-models";
import { Job, Results } from "./results";
import type { Acts, Scene } from "./scene";
import { type ExplorerState, fromSearch, toSearch, viewNames, within } from "./state";
import { GridView } from "./views/grid-view";
import { HeadView } from "./views/head-view";
import { LayersView } from "./views/layers-view";
import { PredictionsView } from "./views/predictions-view";
import { TextView } from "./views/text-view";
import type { ModelWorker } from "./worker/client";
import type { EncodedText, ExplorerSource, OpenedModel } from "./worker/protocol";

const typingPause = 150;
/** What a model without a tokenizer begins with: eight tokens, twice, which shows duplicate token and induction heads. */
const numbers = "1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8";

export class Explorer {
  private state = fromSearch(location.search);
  private model: OpenedModel | null = null;
  private hover: Scene["hover"] = null;
  private palette: Palette;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private readonly opening = new Job();
  private readonly results: Results;
  private readonly textView: TextView;
  private readonly gridView: GridView;
  private readonly headView: HeadView;
  private readonly predictionsView: PredictionsView;
  private readonly layersView = new LayersView();
  private readonly opener: ModelOpener;
  private readonly input: HTMLTextAreaElement;

  constructor(
    private readonly page: HTMLElement,
    private readonly worker: ModelWorker,
  ) {
    const acts: Acts = { change: (change) => this.change(change), hover: (place) => this.point(place) };
    this.results = new Results(worker, () => this.state, {
      changed: () => this.draw(),
      layerRead: () => this.drawHeads(),
      read: (text) => this.showRead(text),
      say: (message) => this.say(message),
    });
    this.palette = readPalette(getComputedStyle(page));
    this.textView = new TextView(acts);
    this.gridView = new GridView(acts);
    this.headView = new HeadView(acts);
    this.predictionsView = new PredictionsView(acts);
    this.opener = new ModelOpener(this.part("#open-model"), {
      files: (chosen) => void this.openFiles(chosen),
      own: (name) => void this.openOwn(name),
      hub: (name) => void this.open({ hub: name }, name, this.stateFor({ model: null, hub: name })),
      cancel: () => {
        this.opening.start();
        this.opener.idle("Opening was cancelled.");
      },
    });
    this.input = this.part<HTMLTextAreaElement>("#text");
    this.put("#text-place", this.textView.element);
    this.put("#predictions-place", this.predictionsView.element);
    this.put("#grid-place", this.gridView.element);
    this.put("#head-place", this.headView.element);
    this.put("#layers-place", this.layersView.element);
    this.listen();
    this.showView();
  }

  /** Opens what the address names. */
  async start(): Promise<void> {
    const { model, hub } = this.state;
    // What may be large is fetched when the reader says so.
    if (hub !== null) this.opener.offer(hub);
    if (model === null) return;
    if (model in ownModels) await this.openOwn(model);
    else this.opener.fail(new Error(`the page has no model called ${model}`));
  }

  private listen(): void {
    const { page } = this;
    this.input.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.change({ text: this.input.value, added: [] }), typingPause);
    });
    for (const button of page.querySelectorAll<HTMLButtonElement>(".view-names button"))
      button.addEventListener("click", () =>
        this.change({ view: viewNames.find((name) => name === button.value) ?? "text" }),
      );
    this.part("#another").addEventListener("click", () => {
      page.classList.toggle("opens");
      if (page.classList.contains("opens")) this.part("#open-model").querySelector("button")?.focus();
    });
    watchBackground(page, () => {
      this.palette = readPalette(getComputedStyle(page));
      this.draw();
    });
  }

  private async openOwn(name: string): Promise<void> {
    const own = ownModels[name];
    const state = this.stateFor({ model: name, hub: null });
    const text = state.text || (own?.text ?? "");
    await this.open({ own: name, url: ownModelUrl(name) }, own?.name ?? name, { ...state, text });
  }

  private async openFiles({ name, files }: ChosenFiles): Promise<void> {
    await this.open({ files }, name, this.stateFor({ model: null, hub: null }));
  }

  /** What was typed for another model of the page is not made of the words of this one. */
  private stateFor(source: Pick<ExplorerState, "model" | "hub">): ExplorerState {
    const isSame = this.state.model === source.model && this.state.hub === source.hub;
    const keepsText = isSame || source.model === null;
    return { ...this.state, ...source, ...(isSame ? {} : { added: [] }), ...(keepsText ? {} : { text: "" }) };
  }

  private async open(source: ExplorerSource, name: string, state: ExplorerState): Promise<void> {
    const signal = this.opening.start();
    this.opener.progress(name, { loaded: 0, total: 0 });
    try {
      const onProgress = (progress: { loaded: number; total: number }) => this.opener.progress(name, progress);
      const model = await this.worker.ask("open", { source }, { signal, onProgress });
      this.opener.idle("");
      this.model = model;
      this.results.forget();
      const isNumbers = /^[\d\s,]+$/.test(state.text);
      this.state = { ...state, text: model.readsText || isNumbers ? state.text : numbers };
      this.showModel(name, model);
      this.showView();
      await this.results.read(model);
    } catch (error) {
      if (!signal.aborted) this.opener.fail(error);
    }
  }

  private showModel(name: string, { info, readsText }: OpenedModel): void {
    this.part("#model-name").textContent = name;
    this.part("#model-facts").textContent = `${info.architecture} · ${factsOf(info)}`;
    this.part("#text-label").textContent = readsText ? "Text" : "Numbers of tokens";
    this.part("#text-hint").textContent = [
      ...(readsText ? [] : ["there is no tokenizer among the files"]),
      ...(info.context > 0 ? [`at most ${info.context} tokens`] : []),
    ].join("; ");
    this.input.value = this.state.text;
  }

  private change(change: Partial<ExplorerState>): void {
    const before = this.state;
    this.state = this.fit({ ...before, ...change });
    const { text, added } = this.state;
    if (text !== this.input.value) this.input.value = text;
    this.showView();
    this.writeAddress();
    if (!this.model) return;
    if (text !== before.text || added !== before.added) {
      void this.results.read(this.model);
      return;
    }
    this.results.follow(before, this.model);
    this.draw();
  }

  /** What another model, or a text without these tokens, does not have goes. */
  private fit(state: ExplorerState): ExplorerState {
    const tokens = this.results.text.ids.length;
    if (!this.model || tokens === 0) return state;
    const { layers, heads, kind } = this.model.info;
    return within(state, { layers, heads, tokens, causal: kind === "decoder" });
  }

  private showRead({ ids, unknown }: EncodedText): void {
    this.state = this.fit(this.state);
    this.hover = null;
    this.page.classList.toggle("no-text", ids.length === 0);
    this.part("#unknown").textContent =
      unknown.length > 0 ? `Left out, because the model does not know it: ${unknown.slice(0, 12).join(", ")}` : "";
    this.writeAddress();
    this.draw();
    this.reveal();
  }

  /** The views are seen once they have their room: what came before would move. */
  private reveal(): void {
    this.page.classList.remove("opens", "empty");
  }

  private point(place: Scene["hover"]): void {
    const fits = place && place.query < this.results.text.ids.length ? place : null;
    if (fits === this.hover || !this.model) return;
    this.hover = fits;
    const scene = this.scene(this.model);
    this.textView.mark(scene);
    this.headView.mark(scene);
  }

  private scene(model: OpenedModel): Scene {
    const { state, palette, hover } = this;
    const { text, head, layers, predictions, lens } = this.results;
    return { state, model, palette, hover, text, head, layers, predictions, lens };
  }

  private draw(): void {
    if (!this.model) return;
    const scene = this.scene(this.model);
    this.textView.show(scene);
    this.gridView.show(scene);
    this.headView.show(scene);
    this.predictionsView.show(scene);
    this.layersView.show(scene);
  }

  private drawHeads(): void {
    if (!this.model) return;
    const scene = this.scene(this.model);
    this.gridView.show(scene);
    this.headView.showFacts(scene);
  }

  private showView(): void {
    this.page.dataset.view = this.state.view;
    for (const button of this.page.querySelectorAll<HTMLButtonElement>(".view-names button"))
      button.setAttribute("aria-pressed", String(button.value === this.state.view));
  }

  private say(message: string): void {
    this.part("#message").textContent = message;
    if (message && this.model) this.reveal();
  }

  private writeAddress(): void {
    history.replaceState(null, "", `${location.pathname}${toSearch(this.state)}${location.hash}`);
  }

  private put(place: string, element: HTMLElement): void {
    this.part(place).replaceChildren(element);
  }

  private part<T extends HTMLElement = HTMLElement>(selector: string): T {
    const part = this.page.querySelector<T>(selector);
    if (!part) throw new Error(`the page has no ${selector}`);
    return part;
  }
}
