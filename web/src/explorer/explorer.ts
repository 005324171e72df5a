/** The page: one state, the views that show it, and the ways to open a model. */
import { type Palette, readPalette } from "../charts/color/palette";
import { watchBackground } from "../figure/background";
import { asSentence } from "../model/as-sentence";
import { Job } from "./answer";
import { ContextWindow } from "./context-window";
import { ExportMenu } from "./export-menu";
import type { ChosenFiles } from "./opening/chosen-files";
import type { NamedModel } from "./opening/hub-form";
import { factsOf, ModelOpener } from "./opening/model-opener";
import { ownModels, ownModelUrl } from "./opening/own-models";
import { Results } from "./results";
import { type Acts, mainKind, namesOf, type Scene } from "./scene";
import { type ExplorerState, fromSearch, initialState, toSearch, viewNames, within } from "./state";
import { CompareView } from "./views/compare-view";
import { EffectsView } from "./views/effects-view";
import { GridView } from "./views/grid-view";
import { HeadView } from "./views/head-view";
import { ImageView } from "./views/image-view";
import { LayersView } from "./views/layers-view";
import { ManyView } from "./views/many-view";
import { PairView } from "./views/pair-view";
import { PredictionsView } from "./views/predictions-view";
import { TextView } from "./views/text-view";
import { WhatIfView } from "./views/what-if-view";
import { type ModelWorker, WorkerError } from "./worker/client";
import type { EncodedText, ExplorerSource, OpenedModel, Progress } from "./worker/protocol";

const typingPause = 150;
/** What a model without a tokenizer begins with: eight tokens, twice, which shows duplicate token and induction heads. */
const numbers = "1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8";

/** How pictures are made to fit the model. */
function pictureHint({ info, imageProcessing }: OpenedModel): string {
  const size = `${info.image?.width} × ${info.image?.height} pixels`;
  if (!imageProcessing)
    return `made ${size}, colours as ${info.family} was trained: there is no preprocessor_config.json`;
  const { crop } = imageProcessing;
  return `made ${size}${crop ? ", the middle alone" : ""}, colours as preprocessor_config.json says`;
}

export class Explorer {
  private state = fromSearch(location.search);
  private model: OpenedModel | null = null;
  private hover: Scene["hover"] = null;
  private palette: Palette;
  private frame = 0;
  private layersFrame = 0;
  private typing: ReturnType<typeof setTimeout> | undefined;
  /** Whether what the reader opens next stands beside the model, to be compared. */
  private opensSecond = false;
  private secondName: string | null = null;
  private readonly opening = new Job();
  private readonly results: Results;
  private readonly textView: TextView;
  private readonly gridView: GridView;
  private readonly headView: HeadView;
  private readonly predictionsView: PredictionsView;
  private readonly layersView = new LayersView();
  private readonly pairView = new PairView();
  private readonly effectsView: EffectsView;
  private readonly whatIfView: WhatIfView;
  private readonly imageView: ImageView;
  private readonly compareView: CompareView;
  private readonly writing = new Job();
  private readonly manyView: ManyView;
  private readonly readingMany = new Job();
  private readonly opener: ModelOpener;
  private readonly contextWindow = new ContextWindow((from) => this.change({ from }));
  private readonly input: HTMLTextAreaElement;
  private readonly second: HTMLTextAreaElement;

  constructor(
    private readonly page: HTMLElement,
    private readonly worker: ModelWorker,
  ) {
    const acts: Acts = {
      change: (change) => this.change(change),
      hover: (place) => this.point(place),
      write: () => void this.write(),
      openSecond: () => this.showWays(true),
      closeSecond: () => void this.closeSecond(),
      replace: (position, text) => void this.replace(position, text),
    };
    this.results = new Results(worker, () => this.state, {
      changed: () => this.drawSoon(),
      layerRead: () => this.drawLayersSoon(),
      read: (text) => this.showRead(text),
      tooLong: (total) => this.contextWindow.show(total, this.model?.info.context ?? 0, null),
      say: (message) => this.say(message),
    });
    this.palette = readPalette(getComputedStyle(page));
    this.textView = new TextView(acts);
    this.gridView = new GridView(acts);
    this.headView = new HeadView(acts);
    this.predictionsView = new PredictionsView(acts);
    this.effectsView = new EffectsView(acts);
    this.whatIfView = new WhatIfView(acts);
    this.compareView = new CompareView(acts);
    this.imageView = new ImageView(acts, (picture) => void this.openPicture(picture));
    this.opener = new ModelOpener(this.part("#open-model"), {
      files: (chosen) => void this.openFiles(chosen),
      own: (name) => void this.openOwn(name),
      hub: (model) => void this.openHub(model),
      url: (url) => void this.open({ url }, url, this.stateFor({ model: null, hub: null })),
      token: (token, endpoint) =>
        void worker.ask("hubToken", { token, ...(endpoint && { endpoint }) }).catch((error) => this.opener.fail(error)),
      cancel: () => {
        this.opening.start();
        this.opener.idle("Opening was cancelled.");
        this.resume();
      },
    });
    this.manyView = new ManyView({
      open: (file) => void this.openMany(file),
      cancel: () => {
        this.readingMany.start();
        this.manyView.idle("Reading was cancelled.");
      },
      choose: (place, text) => this.change({ ...place, text, added: [], query: null, key: null }),
    });
    this.input = this.part<HTMLTextAreaElement>("#text");
    this.second = this.part<HTMLTextAreaElement>("#second");
    this.part("#message").after(this.contextWindow.element);
    this.put("#text-place", this.textView.element);
    this.put("#image-place", this.imageView.element);
    this.put("#predictions-place", this.predictionsView.element);
    this.put("#what-if-place", this.whatIfView.element);
    this.put("#many-place", this.manyView.element);
    this.put("#pair-place", this.pairView.element);
    this.put("#compare-place", this.compareView.element);
    this.put("#effects-place", this.effectsView.element);
    this.put("#grid-place", this.gridView.element);
    this.put("#head-place", this.headView.element);
    this.put("#layers-place", this.layersView.element);
    const exported = new ExportMenu(worker, {
      scene: () => (this.model ? this.scene(this.model) : null),
      modelName: () => this.part("#model-name").textContent ?? "",
      map: () => this.headView.element.querySelector<HTMLElement>("figure.map"),
    });
    this.put("#export-place", exported.element);
    this.listen();
    this.showView();
  }

  /** Opens what the address names. */
  async start(): Promise<void> {
    const { model, hub, revision, endpoint, beside } = this.state;
    // What may be large is fetched when the reader says so.
    if (hub !== null) this.opener.offer({ hub, ...(revision && { revision }), ...(endpoint && { endpoint }) });
    if (model === null) return;
    if (!(model in ownModels)) return this.opener.fail(new Error(`the page has no model called ${model}`));
    await this.openOwn(model);
    if (!this.model || beside === null) return;
    this.opensSecond = true;
    if (beside in ownModels) return this.openOwn(beside);
    this.showWays(true);
    this.opener.offer({ hub: beside });
  }

  /** The ways to open a model, or another beside it. */
  private showWays(second: boolean): void {
    this.opensSecond = second;
    this.page.classList.add("opens");
    this.part("#open-title").textContent = second ? "Open a second model" : "Open a model";
    const ways = this.part("#open-model");
    ways.scrollIntoView({ block: "start" });
    ways.querySelector("button")?.focus();
  }

  private listen(): void {
    const { page } = this;
    for (const input of [this.input, this.second])
      input.addEventListener("input", () => {
        clearTimeout(this.typing);
        const typed = () => this.change({ text: this.input.value, second: this.second.value, added: [] });
        this.typing = setTimeout(typed, typingPause);
      });
    for (const button of page.querySelectorAll<HTMLButtonElement>(".view-names button"))
      button.addEventListener("click", () =>
        this.change({ view: viewNames.find((name) => name === button.value) ?? "text" }),
      );
    this.part("#another").addEventListener("click", () => {
      if (page.classList.contains("opens")) page.classList.remove("opens");
      else this.showWays(false);
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

  private async openHub(source: NamedModel): Promise<void> {
    const { hub, revision = null, endpoint = null } = source;
    await this.open(source, hub, { ...this.stateFor({ model: null, hub }), revision, endpoint });
  }

  private async openFiles({ name, files }: ChosenFiles): Promise<void> {
    await this.open({ files }, name, this.stateFor({ model: null, hub: null }));
  }

  /** What was typed for another model of the page is not made of the words of this one. */
  private stateFor(source: Pick<ExplorerState, "model" | "hub">): ExplorerState {
    const isSame = this.state.model === source.model && this.state.hub === source.hub;
    const keepsText = isSame || source.model === null;
    const own = {
      added: [],
      versus: "",
      from: null,
      changes: initialState.changes,
      effectOf: null,
      against: null,
      revision: null,
      endpoint: null,
    };
    return { ...this.state, ...source, ...(isSame ? {} : own), ...(keepsText ? {} : { text: "", second: "" }) };
  }

  private async open(source: ExplorerSource, name: string, state: ExplorerState): Promise<void> {
    if (this.opensSecond && this.model) return this.openSecond(source, name, state.revision ?? state.endpoint);
    const signal = this.opening.start();
    this.results.pause();
    try {
      const model = await this.fetched(source, name, signal);
      this.results.pause();
      await this.worker.ask("adopt", "first");
      this.opener.idle("");
      this.model = model;
      this.secondName = null;
      this.results.forget();
      this.page.classList.add("no-text");
      this.readingMany.start();
      this.manyView.forget();
      const isNumbers = /^[\d\s,]+$/.test(state.text);
      const text = model.readsText || isNumbers ? state.text : numbers;
      this.state = { ...state, beside: null, text: model.info.kind === "image" ? "" : text };
      this.showModel(name, model);
      this.showView();
      await this.results.read(model);
    } catch (error) {
      if (signal.aborted) return;
      this.failToOpen(error, () => void this.open(source, name, state));
      this.resume();
    }
  }

  /** A model beside the first. `special`: a revision or a hub without which its name does not find it again. */
  private async openSecond(source: ExplorerSource, name: string, special: string | null): Promise<void> {
    const signal = this.opening.start();
    try {
      const second = await this.fetched(source, name, signal);
      if (second.info.kind === "image") throw new Error("a model of pictures reads no text that could be compared");
      await this.worker.ask("adopt", "second");
      this.opener.idle("");
      this.opensSecond = false;
      this.secondName = name;
      this.results.compareWith(second);
      const named = "own" in source ? source.own : "hub" in source && special === null ? source.hub : null;
      this.change({ beside: named });
      this.reveal();
    } catch (error) {
      if (!signal.aborted) this.failToOpen(error, () => void this.openSecond(source, name, special));
    }
  }

  private async closeSecond(): Promise<void> {
    this.secondName = null;
    this.results.compareWith(null);
    this.change({ beside: null });
    await this.worker.ask("closeSecond", null);
  }

  /** Opened in the worker, but not yet in the place of another. */
  private async fetched(source: ExplorerSource, name: string, signal: AbortSignal): Promise<OpenedModel> {
    this.opener.progress(name, { loaded: 0, total: 0 });
    const onProgress = (progress: Progress) => this.opener.progress(name, progress);
    const { keeps: keep } = this.opener;
    const inspection = await this.worker.ask("inspect", { source, keep }, { signal });
    const dtype = await this.opener.choose(name, inspection, signal);
    return this.worker.ask("open", { source, dtype, keep }, { signal, onProgress });
  }

  private failToOpen(error: unknown, again: () => void): void {
    this.opener.fail(error, error instanceof WorkerError && error.canRetry ? again : undefined);
  }

  /** The model that was open before goes on with what is typed. */
  private resume(): void {
    if (this.model) void this.results.read(this.model);
  }

  /** The token that follows, drawn as the reader has set it. */
  private async write(): Promise<void> {
    const signal = this.writing.start();
    const { temperature, topK, topP, seed, added } = this.state;
    const { input } = this.results.text;
    try {
      // Each token has a seed of its own, so that one that is taken back comes again.
      const drawn = { input, temperature, topK, topP, seed: (seed + added.length) % 2 ** 32 };
      const next = await this.worker.ask("next", drawn, { signal });
      if (next && this.results.text.input === input)
        this.change({ added: [...added, next.id], query: null, key: null });
    } catch (error) {
      if (!signal.aborted) this.say(asSentence(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Another token in the place of one, in the changed run. */
  private async replace(position: number, text: string): Promise<void> {
    const token = await this.worker.ask("token", { text });
    if (!token) return this.say("This is no token of the model.");
    const { changes } = this.state;
    const others = changes.replace.filter((each) => each.position !== position);
    this.change({ changes: { ...changes, replace: [...others, { position, id: token.id }] } });
  }

  private async openPicture(picture: Blob): Promise<void> {
    if (this.model) await this.results.readPicture(this.model, picture);
  }

  private async openMany(file: File): Promise<void> {
    const signal = this.readingMany.start();
    const { kind } = this.state;
    const onProgress = (progress: { loaded: number; total: number }) => {
      if (!signal.aborted) this.manyView.tell(file.name, progress);
    };
    try {
      const texts = (await file.text()).split(/\r?\n/).filter((line) => line.trim() !== "");
      const found = await this.worker.ask("many", { texts, kind: kind ?? undefined }, { signal, onProgress });
      this.manyView.found(file.name, kind, found);
      this.draw();
    } catch (error) {
      if (!signal.aborted) this.manyView.idle(asSentence(error instanceof Error ? error.message : String(error)));
    }
  }

  private showModel(name: string, opened: OpenedModel): void {
    const { info, readsText, whyNoTokenizer } = opened;
    this.part("#model-name").textContent = name;
    this.part("#model-facts").textContent = `${info.architecture} · ${factsOf(info)}`;
    const isImage = info.kind === "image";
    const isPair = info.kind === "encoder-decoder" || (info.kind === "encoder" && readsText);
    this.part("#text-label").textContent = isImage ? "Picture" : readsText ? "Text" : "Numbers of tokens";
    this.input.hidden = isImage;
    this.part("#second-place").hidden = !isPair;
    this.part("#second-label").textContent =
      info.kind === "encoder"
        ? "Second text, for pairs"
        : readsText
          ? "Text of the decoder"
          : "Numbers of the decoder’s tokens";
    this.part("#text-place").hidden = isImage;
    this.part("#image-place").hidden = !isImage;
    this.part("#text-hint").textContent = [
      ...(readsText || isImage ? [] : [whyNoTokenizer ?? "there is no tokenizer among the files"]),
      ...(isImage ? [pictureHint(opened)] : []),
      ...(info.context > 0 ? [`at most ${info.context} tokens`] : []),
    ].join("; ");
    this.input.value = this.state.text;
    this.second.value = this.state.second;
  }

  private change(change: Partial<ExplorerState>): void {
    const before = this.state;
    // Another token is chosen by itself where nothing says that it comes to those before.
    const isAlone = change.query !== undefined && change.query !== before.query && change.also === undefined;
    this.state = this.fit({ ...before, ...(isAlone && { also: [] }), ...change });
    const { text, second, added, from } = this.state;
    if (text !== this.input.value) this.input.value = text;
    if (second !== this.second.value) this.second.value = second;
    this.showView();
    this.writeAddress();
    if (!this.model) return;
    const isOther = text !== before.text || second !== before.second || added !== before.added || from !== before.from;
    if (isOther) {
      void this.results.read(this.model);
      return;
    }
    this.results.follow();
    this.draw();
  }

  /** What another model, or a text without these tokens, does not have goes. */
  private fit(state: ExplorerState): ExplorerState {
    const { text, attentions } = this.results;
    const { model } = this;
    if (!model || attentions.length === 0) return state;
    const { vocabulary } = model.info;
    return within(state, { attentions, main: mainKind({ model }), tokens: text.input.ids.length, vocabulary });
  }

  private showRead({ input, names, unknown, total }: EncodedText): void {
    this.state = this.fit(this.state);
    this.contextWindow.show(total ?? input.ids.length, input.ids.length, this.state.from);
    this.hover = null;
    this.page.classList.toggle("no-text", names.length === 0);
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
    if (!this.model) return;
    const { queries } = namesOf(this.scene(this.model));
    const fits = place && place.query < queries.length ? place : null;
    if (fits === this.hover) return;
    this.hover = fits;
    const scene = this.scene(this.model);
    this.textView.mark(scene);
    this.imageView.mark(scene);
    this.headView.mark(scene);
    this.compareView.mark(scene);
  }

  private scene(model: OpenedModel): Scene {
    const { state, palette, hover, secondName } = this;
    const { text, attentions, head, changedHead, values, pair, rollout, ofQuery } = this.results;
    const { layers, divergence, predictions, lens, effects } = this.results;
    const { compared, comparedHead, comparedDivergence } = this.results;
    const ofHead = { head, changedHead, values, pair, rollout, ofQuery };
    const beside = { compared, comparedHead, comparedDivergence, secondName };
    return {
      state,
      model,
      palette,
      hover,
      text,
      attentions,
      ...ofHead,
      ...beside,
      layers,
      divergence,
      predictions,
      lens,
      effects,
    };
  }

  /** Answers that come within a frame are drawn at once. */
  private drawSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  /** What the layers that came are shown in; of a long text all else is much. */
  private drawLayersSoon(): void {
    cancelAnimationFrame(this.layersFrame);
    this.layersFrame = requestAnimationFrame(() => {
      if (!this.model) return;
      const scene = this.scene(this.model);
      this.gridView.show(scene);
      this.headView.showFacts(scene);
      this.compareView.show(scene);
    });
  }

  private draw(): void {
    if (!this.model) return;
    cancelAnimationFrame(this.layersFrame);
    const scene = this.scene(this.model);
    if (this.model.info.kind === "image") this.imageView.show(scene);
    else this.textView.show(scene);
    this.gridView.show(scene);
    this.headView.show(scene);
    this.pairView.show(scene);
    this.manyView.show(scene);
    this.compareView.show(scene);
    this.predictionsView.show(scene);
    this.whatIfView.show(scene);
    this.effectsView.show(scene);
    this.layersView.show(scene);
    const { predictionsView, whatIfView, effectsView, layersView, manyView, compareView } = this;
    for (const { element } of [predictionsView, whatIfView, effectsView, layersView, manyView, compareView]) {
      const section = element.closest<HTMLElement>(".view");
      if (section) section.hidden = element.hidden;
    }
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
