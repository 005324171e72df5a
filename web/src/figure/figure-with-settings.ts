/**
 * What of a figure is set: its state, made of settings, which a line of controls, attributes, an address and scripts set, and which
 * stand in what is saved and shared.
 */
import { SettingsLine } from "../controls/settings-line";
import { defaultsOf, entriesOf, holdsOwn, withoutOwn } from "../model/settings";
import type { FigureOptions } from "./figure-options";
import { FigureShell } from "./figure-shell";
import { inAddress } from "./link";
import { fromSearch, historyStep, inWords, toAttributes, toSearch } from "./written-state";

export const attributesOf = (settings: object): string[] => Object.keys(settings);

export abstract class FigureWithSettings<State extends object> extends FigureShell {
  protected readonly controls: SettingsLine<State>;
  private current: State;

  constructor(
    sheet: CSSStyleSheet,
    protected readonly options: FigureOptions<State>,
  ) {
    super([sheet, options.sheet]);
    const { settings, label } = options;
    this.current = defaultsOf(settings);
    this.controls = new SettingsLine<State>(settings, `${label}: settings`, {
      change: (change, settled) => this.change(change, settled),
      problem: (text) => this.sayTyping(text),
    });
  }

  /** The state is another: what is drawn is to follow. */
  protected abstract ask(): void;

  /** Where the numbers come from, in a few words: "random, seed 1", "built by hand", "trained: 400 steps of induction". */
  protected abstract provenance(state: State): string;

  /** What is shown, as the title of what is saved of it. */
  protected get subject(): string {
    return this.options.label;
  }

  /** What a tag on another page needs to show the same. */
  protected attributesToShare(): Readonly<Record<string, string>> {
    const { observedAttributes } = this.constructor as unknown as { readonly observedAttributes: readonly string[] };
    return toAttributes(this.options.settings, observedAttributes, this.current);
  }

  /** What is set, for the files that are saved. */
  protected settingsInWords(state: State): string {
    return inWords(this.options.settings, state);
  }

  protected override hint(): string {
    return this.options.hint;
  }

  protected override typingNote(): string {
    return "The figure keeps what it shows.";
  }

  /** States with the same key have the same numbers: all settings but those of the view. */
  protected keyOf(state: State): string {
    const { settings, viewSettings = [] } = this.options;
    const computed = entriesOf(settings).filter(([key]) => !viewSettings.includes(key));
    return JSON.stringify(computed.map(([key, { format, identify = format }]) => identify(state[key])));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.showSettings(this.current);
  }

  attributeChangedCallback(name: string, _before: string | null, text: string | null): void {
    const setting = this.options.settings[name as keyof State];
    const parsed = text === null ? { value: setting.default } : setting.parse(text, this.current);
    if ("problem" in parsed) this.explain(`Ignored in the figure’s attributes: ${parsed.problem}.`);
    else this.state = { ...this.current, [name]: parsed.value };
  }

  /** What the figure shows. Setting it computes, but raises no event: only readers do. */
  get state(): State {
    return this.current;
  }

  set state(state: State) {
    this.current = this.normalised(state);
    if (!this.isConnected) return;
    this.forgetTyping();
    this.showSettings(this.current);
    this.say();
    this.ask();
  }

  /** Whether the state holds what the reader brought. */
  get hasOwnData(): boolean {
    return holdsOwn(this.options.settings, this.current);
  }

  /** What of the state others may know: a page around a frame, a notebook's kernel. Null is nothing. */
  get publicState(): Partial<State> | null {
    return withoutOwn(this.options.settings, this.current);
  }

  private normalised(state: State): State {
    return this.options.normalise?.(state) ?? state;
  }

  override toSearch(search = ""): string {
    return toSearch(this.options, this.localName, this.current, search);
  }

  /** What of the state makes a step in the browser's history. */
  get historyStep(): string | undefined {
    return historyStep(this.options, this.localName, this.current);
  }

  /** What cannot be used keeps its value, and is said. */
  override fromSearch(search: string, isExact = false, damage = ""): void {
    const { address, settings } = this.options;
    const otherwise = isExact ? defaultsOf(settings) : this.current;
    const { state, problems } = fromSearch(this.options, this.localName, search, otherwise);
    if (address || damage || problems.length > 0) this.explain(inAddress(problems, damage));
    this.state = state;
  }

  /** A change that the reader made, by a control or in the drawing. */
  protected change(change: Partial<State>, settled: boolean): void {
    this.forget();
    this.current = this.normalised({ ...this.current, ...change });
    this.showSettings(this.current);
    this.say();
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
    this.ask();
  }

  /** A change of the view that the reader made in the drawing, which shows it already. */
  protected note(change: Partial<State>, settled: boolean): void {
    this.current = { ...this.current, ...change };
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
  }

  /** Shows the settings of a state, also before there are numbers of it. */
  protected showSettings(state: State): void {
    this.controls.show(state);
    this.showOrigin(state);
  }

  /** Says where the numbers of a state come from. */
  protected showOrigin(state: State): void {
    this.controls.say(this.provenance(state));
  }
}
