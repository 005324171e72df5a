/** The page: one state, the views that show it, and the ways to open a model. */
import { type Palette, readPalette } from "../charts/color/palette";
import { watchBackground } from "../figure/background";
import { fromAddress, toAddress } from "./address";
import { ContextWindow } from "./context-window";
import { showModel } from "./model-heading";
import { ModelOpening } from "./opening/model-opening";
import { Results } from "./results/results";
import { type Acts, mainKind, namesOf, type Scene } from "./scene";
import { type ExplorerState, viewNames } from "./state";
import { TextTasks } from "./text-tasks";
import { Views } from "./views";
import { within } from "./within";
import type { ModelWorker } from "./worker/client";
import type { EncodedText, OpenedModel } from "./worker/protocol";

const typingPause = 150;
/** What a model without a tokenizer begins with: eight tokens, twice, which shows duplicate token and induction heads. */
const numbers = "1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8";

export class Explorer {
  private state = fromAddress(location);
  private model: OpenedModel | null = null;
  private hover: Scene["hover"] = null;
  private palette: Palette;
  private frame = 0;
  private layersFrame = 0;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private secondName: string | null = null;
  private readonly opening: ModelOpening;
  private readonly results: Results;
  private readonly views: Views;
  private readonly tasks: TextTasks;
  private readonly contextWindow = new ContextWindow((from) => this.change({ from }));
  private readonly input: HTMLTextAreaElement;
  private readonly second: HTMLTextAreaElement;

  constructor(
    private readonly page: HTMLElement,
    private readonly worker: ModelWorker,
  ) {
    this.tasks = new TextTasks(worker, {
      state: () => this.state,
      text: () => this.results.text,
      change: (change) => this.change(change),
      say: (message) => this.say(message),
      many: () => this.views.many,
      manyCame: () => this.draw(),
    });
    const acts: Acts = {
      change: (change) => this.change(change),
      hover: (place) => this.point(place),
      write: () => void this.tasks.write(),
      openSecond: () => this.opening.showWays(true),
      closeSecond: () => void this.closeSecond(),
      replace: (position, text) => void this.tasks.replace(position, text),
    };
    this.results = new Results(worker, () => this.state, {
      changed: () => this.drawSoon(),
      layerRead: () => this.drawLayersSoon(),
      read: (text) => this.showRead(text),
      tooLong: (total) => this.contextWindow.show(total, this.model?.info.context ?? 0, null),
      say: (message) => this.say(message),
    });
    this.palette = readPalette(getComputedStyle(page));
    this.opening = new ModelOpening(page, this.part("#open-model"), worker, () => this.state, {
      pause: () => this.results.pause(),
      resume: () => this.resume(),
      opened: (model, name, state) => this.opened(model, name, state),
      openedSecond: (model, name, address) => this.openedSecond(model, name, address),
    });
    this.views = new Views((selector) => this.part(selector), {
      acts,
      worker,
      many: {
        open: (file) => void this.tasks.openMany(file),
        cancel: () => this.tasks.cancelMany(),
        choose: (place, text) => this.change({ ...place, text, added: [], query: null, key: null }),
      },
      picture: (picture) => void this.openPicture(picture),
      scene: () => (this.model ? this.scene(this.model) : null),
      modelName: () => this.part("#model-name").textContent ?? "",
    });
    this.input = this.part<HTMLTextAreaElement>("#text");
    this.second = this.part<HTMLTextAreaElement>("#second");
    this.part("#message").after(this.contextWindow.element);
    this.listen();
    this.showView();
  }

  /** Opens what the address names. */
  start(): Promise<void> {
    return this.opening.start();
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
      else this.opening.showWays(false);
    });
    // Another link to this page may differ behind the # alone, for which no browser loads it.
    addEventListener("hashchange", () => location.reload());
    watchBackground(page, () => {
      this.palette = readPalette(getComputedStyle(page));
      this.draw();
    });
  }

  private async opened(model: OpenedModel, name: string, state: ExplorerState): Promise<void> {
    this.model = model;
    this.secondName = null;
    this.results.forget();
    this.page.classList.add("no-text");
    this.tasks.forgetMany();
    const isNumbers = /^[\d\s,]+$/.test(state.text);
    const text = model.readsText || isNumbers ? state.text : numbers;
    this.state = { ...state, text: model.info.kind === "image" ? "" : text };
    showModel((selector) => this.part(selector), name, model);
    this.input.value = this.state.text;
    this.second.value = this.state.second;
    this.showView();
    await this.results.read(model);
  }

  private openedSecond(model: OpenedModel, name: string, beside: string | null): void {
    this.secondName = name;
    this.results.compareWith(model);
    this.change({ beside });
    this.reveal();
  }

  private async closeSecond(): Promise<void> {
    this.secondName = null;
    this.results.compareWith(null);
    this.change({ beside: null });
    await this.worker.ask("closeSecond", null);
  }

  /** The model that was open before goes on with what is typed. */
  private resume(): void {
    if (this.model) void this.results.read(this.model);
  }

  private async openPicture(picture: Blob): Promise<void> {
    if (this.model) await this.results.readPicture(this.model, picture);
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
    this.views.mark(this.scene(this.model));
  }

  private scene(model: OpenedModel): Scene {
    const { state, palette, hover, secondName } = this;
    return { ...this.results.answers, state, model, palette, hover, secondName };
  }

  /** Answers that come within a frame are drawn at once. */
  private drawSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private drawLayersSoon(): void {
    cancelAnimationFrame(this.layersFrame);
    this.layersFrame = requestAnimationFrame(() => {
      if (this.model) this.views.showLayers(this.scene(this.model));
    });
  }

  private draw(): void {
    if (!this.model) return;
    cancelAnimationFrame(this.layersFrame);
    this.views.show(this.scene(this.model));
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
    history.replaceState(null, "", `${location.pathname}${toAddress(this.state)}`);
  }

  private part<T extends HTMLElement = HTMLElement>(selector: string): T {
    const part = this.page.querySelector<T>(selector);
    if (!part) throw new Error(`the page has no ${selector}`);
    return part;
  }
}
