/**
 * <heed-attention>: attention of any origin. From Q, K and V the core computes the weights; weights alone are shown as
 * they are. Data: the attribute experiment ("single-head" or "multi-head", the source experiment's); the attribute src (JSON,
 * CSV, NPY, NPZ or safetensors, told apart by content); a child <script type="application/json">; the properties query and
 * key (and value), or weights, and tokens, queryTokens, keyTokens; all of them at once as the property data; a file chosen or
 * dropped, or text pasted.
 * The caption is the writer's: an element with slot="caption".
 * Attributes experiment, src, causal, temperature. Methods: open(blob, name).
 * Events: heed-data (detail.name, detail.explanation), heed-error (detail.error).
 */
import { EngineError } from "../engine/client";
import { fromJson } from "../formats/json";
import { readInWorker } from "../formats/read-in-worker";
import { type DataFile, FormatError } from "../formats/tensor";
import { type Assignment, assign, attentionData, explain } from "../state/attention-data";
import { AttentionControls } from "./attention-controls";
import { AttentionFigure } from "./attention-figure";
import { attentionMaps } from "./attention-maps";
import { AttentionProperties } from "./attention-properties";
import { el } from "./el";
import { experimentData, parseExperiment } from "./experiments";
import { linkTo } from "./link";
import { present } from "./present";
import attention from "./styles/attention.css?inline";
import charts from "./styles/charts.css?inline";
import controls from "./styles/controls.css?inline";
import figure from "./styles/figure.css?inline";
import menu from "./styles/menu.css?inline";
import { takeAway } from "./take-away";

const sheet = new CSSStyleSheet();
sheet.replaceSync([figure, controls, charts, attention, menu].join("\n"));

const invitation =
  "Open or drop a file with Q, K and V or weights, or paste text: JSON, CSV, NPY, NPZ or safetensors. It stays in this browser.";

export class HeedAttention extends AttentionProperties {
  static readonly observedAttributes = ["src", "experiment", "causal", "temperature"];

  private readonly message = el("p", { class: "message", role: "status", part: "message" });
  private readonly controls: AttentionControls;
  private readonly figure = new AttentionFigure();
  private leave = () => {};
  private file: { name: string; data: DataFile; assignment: Assignment } | null = null;
  /** The newest wish for data or numbers; what belongs to an older one is dropped. */
  private wish = new AbortController();

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.controls = new AttentionControls({
      open: (file) => void this.open(file, file.name),
      assign: (assignment) => {
        if (this.file) this.file = { ...this.file, assignment };
        void this.compute();
      },
      mask: (mask) => this.toggleAttribute("causal", mask === "causal"),
      tone: (tone) => this.figure.setTone(tone),
    });
    const slot = el("div", { class: "fallback" }, el("slot"));
    const body = el(
      "div",
      { class: "figure", part: "figure" },
      this.controls.element,
      this.message,
      this.figure.element,
      slot,
    );
    root.append(body);
    this.controls.tools.append(
      ...takeAway({
        tag: this.localName,
        box: body,
        facts: () => ({
          title: `Attention${this.file ? ` of ${this.file.name}` : ""}`,
          settings: this.figure.chosenName,
          provenance: this.message.textContent ?? "",
          link: linkTo(this, ""),
        }),
        data: () => this.figure.data(),
        attributes: () => Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value])),
      }),
    );
    this.listenToDrops(body);
  }

  connectedCallback(): void {
    this.leave = present(this, () => this.figure.restyle());
    this.say(invitation, "idle");
    this.upgradeProperties();
    if (this.isGiven) return; // comes in this turn
    if (this.file) {
      void this.compute();
      return;
    }
    const inline = this.querySelector('script[type="application/json"]')?.textContent;
    if (inline) void this.open(new Blob([inline]), "inline data");
    else void this.load();
  }

  disconnectedCallback(): void {
    this.leave();
    this.wish.abort();
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === "src" || name === "experiment") void this.load();
    else void this.compute();
  }

  /** { query, key, value } or { weights }, as nested arrays or { shape, data }, and tokens. */
  set data(value: unknown) {
    this.wish.abort();
    try {
      this.take(fromJson(value, "data"), "data");
    } catch (error) {
      this.fail(error);
    }
  }

  /** Reads a file of any of the formats and shows what is in it. */
  async open(blob: Blob, name: string): Promise<void> {
    const { signal } = this.begin();
    try {
      this.take(await readInWorker(blob, name, signal), name);
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  private async load(): Promise<void> {
    const src = this.getAttribute("src");
    const experiment = this.getAttribute("experiment");
    if (!src && experiment === null) return;
    const { signal } = this.begin();
    try {
      if (!src) {
        await this.loadExperiment(experiment ?? "", signal);
        return;
      }
      const response = await fetch(src, { signal });
      if (!response.ok) throw new FormatError(`${src}: the server answered ${response.status}`);
      const blob = await response.blob();
      if (!signal.aborted) await this.open(blob, src.split("/").at(-1) ?? src);
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  private async loadExperiment(name: string, signal: AbortSignal): Promise<void> {
    const parsed = parseExperiment(name);
    if ("problem" in parsed) throw new FormatError(parsed.problem);
    const data = await experimentData(parsed.value);
    if (!signal.aborted) this.take(data, `the source experiment, ${parsed.value}`);
  }

  private begin(): AbortController {
    this.wish.abort();
    this.wish = new AbortController();
    this.setAttribute("aria-busy", "true");
    return this.wish;
  }

  private take(data: DataFile, name: string): void {
    this.file = { name, data, assignment: assign(data) };
    if (this.isConnected) void this.compute();
  }

  private async compute(): Promise<void> {
    const { file } = this;
    if (!file) return;
    const { signal } = this.begin();
    const causal = this.hasAttribute("causal");
    this.controls.show(file.data, file.assignment, causal ? "causal" : "none");
    try {
      const data = attentionData(file.data, file.assignment);
      const temperature = Number(this.getAttribute("temperature") ?? 1);
      const maps = await attentionMaps(data, { causal, temperature });
      if (signal.aborted) return;
      this.classList.add("shown");
      this.figure.show(maps);
      const explanation = explain(data);
      this.say(`${file.name}: ${explanation}.`, "idle");
      this.dispatch("heed-data", { name: file.name, explanation });
      this.removeAttribute("aria-busy");
    } catch (error) {
      if (!signal.aborted)
        this.fail(error instanceof FormatError || error instanceof EngineError ? prefixed(file.name, error) : error);
    }
  }

  private fail(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    this.removeAttribute("aria-busy");
    this.say(reason.message.replace(/[^.!?]$/, "$&."), "refusal");
    this.dispatch("heed-error", { error: reason });
  }

  private say(text: string, tone: "idle" | "refusal"): void {
    this.message.textContent = text;
    this.message.className = `message ${tone}`;
  }

  private listenToDrops(target: HTMLElement): void {
    target.addEventListener("dragover", (event) => event.preventDefault());
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) void this.open(file, file.name);
    });
    this.addEventListener("paste", (event) => {
      const [file] = event.clipboardData?.files ?? [];
      const text = event.clipboardData?.getData("text/plain");
      if (file) void this.open(file, file.name);
      else if (text) void this.open(new Blob([text]), "pasted text");
    });
  }

  private dispatch(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

const prefixed = (name: string, error: Error) => new FormatError(`${name}: ${error.message}`);
