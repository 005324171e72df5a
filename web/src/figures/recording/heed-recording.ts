/**
 * <heed-recording src="cat.heed">: the heads of a model on one text, from a recording: the text, tinted by the attention of a token, the
 * chosen head's map, and a thumbnail of each head. Neither the model nor the core is needed: numbers are read from the file, each with
 * the error that it was stored with. In place of src the bytes may stand in the element as base64, in <script
 * type="application/octet-stream">, or be set as the property `recording`.
 */
import { type ColorScale, logFloor, scaledWeights } from "../../charts/color/color-scale";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { toBase64 } from "../../figure/export/base64";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { hueOf } from "../../figure/maps/head-name";
import { mapBody } from "../../figure/maps/map-body";
import { sharesOf, weightsOf } from "../../figure/maps/token-shares";
import { TokenText } from "../../figure/maps/token-text";
import attention from "../../figure/styles/attention.css?inline";
import tokenText from "../../figure/styles/token-text.css?inline";
import { kinds, type RecordedKind, scoreNames } from "../../formats/recording/layout";
import type { DecodedHead, RecordedHead, RecordedPart } from "../../formats/recording/read-recording";
import { FormatError } from "../../formats/tensor";
import type { DataAxis, FigureData } from "../../model/figure-data";
import type { Place } from "../../model/place";
import { visibleText } from "../../model/visible-text";
import { fetchRecording, inlineBytes, type LoadedRecording, recordingIn } from "./load-recording";
import { RecordedGrid } from "./recorded-grid";
import recordingCss from "./recording.css?inline";
import { type RecordingState, recordingSettings } from "./recording-state";
import { kindNames, nameOfHead, readRecorded, recordingInWords, scoresInWords, scoreTitles } from "./recording-words";

const sheet = sheetOf(attention, tokenText, recordingCss);

const none: readonly string[] = [];

/** Up to this many tokens have their names along the axes. */
const namedTicks = 400;

interface Shown extends LoadedRecording {
  readonly part: RecordedPart;
  /** Of the chosen head among those of the part. */
  readonly index: number;
  readonly head: DecodedHead;
}

export class HeedRecording extends FigureElement<RecordingState, Shown> {
  static readonly observedAttributes = [...attributesOf(recordingSettings), "src"];

  private readonly heatmap: Heatmap;
  private readonly grid: RecordedGrid;
  private readonly bar = new ScaleBar();
  private readonly headTitle = el("span", { class: "title" });
  private readonly label = el("span", { class: "mean" });
  private readonly scores = el("p", { class: "scores" });
  private readonly queryText: TokenText;
  private readonly keyText: TokenText;
  private readonly queryTitle = el("p", { class: "text-title" }, "Queries");
  private readonly keyTitle = el("p", { class: "text-title" }, "Keys");
  private readonly kind: Choice<string>;
  private readonly inFocus = new Focus();
  private given: Blob | null = null;
  /** Tells what is given from what was given before. */
  private givenCount = 0;
  private drawn: Shown | null = null;
  private source = "";

  constructor() {
    super({
      settings: recordingSettings,
      label: "A recording of attention",
      hint: "Reading the recording.",
      viewSettings: ["tint", "colours", "cell"],
      readingHint:
        "Point at a token or a cell to read it, click to keep it; with the arrow keys you can walk over the map.",
      sheet,
    });
    const events = focusEvents(this.inFocus, 0, () => this.follow());
    this.heatmap = new Heatmap("Attention weights of the chosen head", { ticks: true }, events);
    this.grid = new RecordedGrid((index) => this.choose(index));
    const ofText = (place: (token: number) => Omit<Place, "map">) => ({
      preview: (token: number | null) => events.preview(token === null ? null : place(token)),
      toggle: (token: number) => events.toggle(place(token)),
    });
    this.queryText = new TokenText(
      "Tokens",
      ofText((query) => ({ query, key: null })),
    );
    this.keyText = new TokenText(
      "Keys",
      ofText((key) => ({ query: this.inFocus.place?.query ?? 0, key })),
    );
    this.kind = new Choice("attention", Object.values(kindNames), (name) =>
      this.change({ kind: kinds.find((kind) => kindNames[kind] === name) ?? null, head: null, cell: null }, true),
    );
    this.controls.own.append(this.kind.element);
    this.kind.element.hidden = true;
    this.layOut();
  }

  private layOut(): void {
    const map = el(
      "figure",
      { class: "map", part: "map", "aria-label": "The chosen head" },
      el("div", { class: "map-head" }, this.headTitle, this.label),
      mapBody(this.heatmap.element),
    );
    this.drawing.classList.add("recording");
    this.drawing.append(
      el(
        "div",
        { class: "text", part: "text" },
        this.queryTitle,
        this.queryText.element,
        this.keyTitle,
        this.keyText.element,
      ),
      el("div", { class: "single" }, map, this.bar.element),
      el("div", { class: "many" }, this.grid.element, this.scores),
    );
  }

  override attributeChangedCallback(name: string, before: string | null, text: string | null): void {
    if (name !== "src") super.attributeChangedCallback(name, before, text);
    else if (this.isConnected && before !== text) this.refresh();
  }

  /** The bytes of a recording, in place of src. */
  set recording(bytes: Blob | BufferSource) {
    this.given = bytes instanceof Blob ? bytes : new Blob([bytes]);
    this.givenCount++;
    this.refresh();
  }

  protected async compute(state: RecordingState, signal: AbortSignal): Promise<Shown> {
    const { recording, blob } = await this.load(signal);
    const { parts } = recording;
    const part = parts.find(({ kind }) => kind === state.kind) ?? parts[0];
    const wanted = part.heads.findIndex(({ layer, head }) => layer === state.head?.layer && head === state.head.head);
    const index = Math.max(0, wanted);
    const missing =
      state.head && wanted < 0 ? ` Head ${state.head.layer + 1}.${state.head.head + 1} is not among them.` : "";
    this.source = `${recordingInWords(recording)}${missing}`;
    return { recording, blob, part, index, head: part.decode(index) };
  }

  private load(signal: AbortSignal): Promise<LoadedRecording> {
    const { given } = this;
    const src = this.getAttribute("src");
    const inline = this.querySelector('script[type="application/octet-stream"]')?.textContent ?? "";
    if (given) return this.parts.get("recording", [this.givenCount], () => recordingIn(given, "the recording"));
    if (src) return this.parts.get("recording", [src], () => fetchRecording(src, signal));
    if (inline)
      return this.parts.get("recording", [inline], async () => recordingIn(inlineBytes(inline), "the recording"));
    return Promise.reject(new FormatError("there is no recording: src names one"));
  }

  protected provenance(): string {
    return "recorded";
  }

  protected override attributesToShare(): Readonly<Record<string, string>> {
    const src = this.getAttribute("src");
    return { ...(src && { src: new URL(src, document.baseURI).href }), ...super.attributesToShare() };
  }

  protected override async fileContent() {
    const { drawn } = this;
    return drawn && { type: "application/octet-stream" as const, text: await toBase64(drawn.blob) };
  }

  protected override hint(): string {
    return this.source || super.hint();
  }

  data(): FigureData[] {
    if (!this.drawn) return [];
    const { part, head, index } = this.drawn;
    const labels = (names: readonly string[]) => names.map((name, i) => `${i} ${visibleText(name)}`);
    const query: DataAxis = { name: "query", size: head.queries, labels: labels(part.queryTokens) };
    const key: DataAxis = { name: "key", size: head.keys, labels: labels(part.keyTokens) };
    const heads: DataAxis = {
      name: "head",
      size: part.heads.length,
      labels: part.heads.map((_, i) => nameOfHead(part, i)),
    };
    return [
      { name: `weights of ${nameOfHead(part, index)}`, values: head.weights, axes: [query, key] },
      { name: "largest error of the weights of the row", values: head.errors, axes: [query] },
      { name: "entropy in nats", values: head.entropy, axes: [query] },
      {
        name: "scores",
        values: part.heads.flatMap(({ scores }) => scoreNames.map((name) => scores[name])),
        axes: [heads, { name: "score", size: scoreNames.length, labels: scoreTitles }],
      },
    ];
  }

  protected draw(shown: Shown, state: RecordingState): void {
    const { recording, part, index, head } = shown;
    const { paper, ink } = this.colors;
    const hue = hueOf(this.colors, part.heads[index]?.head ?? 0);
    this.drawn = shown;
    this.drawing.style.setProperty("--hue", hue);
    this.showKinds(
      recording.parts.map(({ kind }) => kind),
      part.kind,
    );
    const isSquare = part.keyTokens === part.queryTokens;
    this.queryText.show(part.queryTokens);
    this.keyText.show(isSquare ? none : part.keyTokens);
    for (const element of [this.keyText.element, this.keyTitle, this.queryTitle]) element.hidden = isSquare;
    const isNamed = Math.max(part.queryTokens.length, part.keyTokens.length) <= namedTicks;
    const nameIn = (names: readonly string[]) => (i: number) => visibleText(names[i]?.trim() || String(i));
    this.heatmap.nameTicks(isNamed ? { query: nameIn(part.queryTokens), key: nameIn(part.keyTokens) } : null);
    this.heatmap.measure();
    this.heatmap.show(scaledWeights(head, state.colours, head.largest), { paper, ink, hue, max: 1 });
    this.bar.measure();
    const isOfRow = state.colours === "row maximum";
    const least = state.colours === "log" ? head.largest * logFloor : 0;
    this.bar.show(isOfRow ? 1 : head.largest, paper, [hue], captions[state.colours], least);
    this.headTitle.textContent = nameOfHead(part, index);
    this.headTitle.style.color = hue;
    this.label.textContent = visibleText(part.heads[index]?.label ?? "");
    this.scores.textContent = scoresInWords(part.heads[index] as RecordedHead);
    this.grid.show(part, this.colors, state.colours);
    this.grid.mark(index);
    this.inFocus.locked = state.cell && { ...state.cell, map: 0 };
    this.inFocus.keepInside(head);
    this.inFocus.resting = { query: head.queries - 1, key: null, map: 0 };
    this.mark();
  }

  private showKinds(kindsOfRecording: readonly RecordedKind[], chosen: RecordedKind): void {
    this.kind.element.hidden = kindsOfRecording.length < 2;
    this.kind.show(kindNames[chosen]);
  }

  private choose(index: number): void {
    const place = this.drawn?.part.heads[index];
    if (place) this.change({ head: { layer: place.layer, head: place.head } }, true);
  }

  /** After the reader pointed at something, or locked or released it. */
  private follow(): void {
    const { locked } = this.inFocus;
    const { cell } = this.state;
    if (locked?.query === cell?.query && locked?.key === cell?.key) this.mark();
    else this.change({ cell: locked && { query: locked.query, key: locked.key } }, true);
  }

  private mark(): void {
    if (!this.drawn) return;
    const { recording, part, head, index } = this.drawn;
    const { place, locked, preview } = this.inFocus;
    this.heatmap.mark(place);
    this.heatmap.element.parentElement?.classList.toggle("locked", locked !== null);
    const isSquare = part.keyTokens === part.queryTokens;
    const gives = this.state.tint === "gives" || !isSquare;
    const shares = place && sharesOf(weightsOf(head, place.query, gives));
    const key = place?.key ?? null;
    this.queryText.mark({
      shares: isSquare ? shares : null,
      focus: place ? [place.query] : [],
      other: isSquare ? key : null,
      locked: locked ? [locked.query] : [],
    });
    if (!isSquare)
      this.keyText.mark({ shares, focus: [], other: key, locked: locked?.key == null ? [] : [locked.key] });
    const hue = hueOf(this.colors, part.heads[index]?.head ?? 0);
    this.readout.show(place && readRecorded(part, head, recording.bits, place), hue, Boolean(preview ?? locked));
  }
}

const captions: Readonly<Record<ColorScale, string>> = {
  linear: "weight, linear",
  log: "weight, logarithmic",
  "row maximum": "share of the largest weight in the row, linear",
};
