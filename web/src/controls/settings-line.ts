/** The line of controls over a figure, made from its settings: words set in place, and on the right where the numbers come from. */
import { applies, entriesOf, type Settings } from "../model/settings";
import { Choice } from "./choice";
import { LogSlider } from "./log-slider";
import { Scrubber } from "./scrubber";

export interface SettingsEvents<State> {
  /** `settled` is false while a value is being dragged. */
  readonly change: (change: Partial<State>, settled: boolean) => void;
  /** What was typed cannot be used; null when that is over. */
  readonly problem: (text: string | null) => void;
}

export class SettingsLine<State extends object> {
  readonly element = document.createElement("div");
  /** Where a figure puts controls of its own, after those of its settings. */
  readonly own = document.createElement("div");
  /** On the right, after where the numbers come from: what can be taken away. */
  readonly tools = document.createElement("div");
  readonly provenance = document.createElement("p");
  private readonly shows: ((state: State) => void)[] = [];
  private readonly scrubbers = new Map<string, Scrubber<string, Readonly<Record<string, number>>>>();

  constructor(settings: Settings<State>, label: string, events: SettingsEvents<State>) {
    const { element } = this;
    element.className = "controls";
    element.setAttribute("part", "controls");
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", label);
    this.own.className = "own-controls";
    this.tools.className = "tools";
    this.provenance.className = "provenance";
    for (const [key, setting] of entriesOf(settings)) {
      const { number, choices, label: name = key } = setting;
      const add = (control: HTMLElement) => {
        this.shows.push((state) => {
          control.hidden = !applies(setting, state);
        });
        element.append(control);
      };
      const change = (value: unknown, settled: boolean) => events.change({ [key]: value } as Partial<State>, settled);
      if (number) {
        const scrubber = new Scrubber<string, Readonly<Record<string, number>>>(
          { ...number, default: 0, label: name },
          { change, problem: events.problem },
        );
        this.scrubbers.set(key, scrubber);
        this.shows.push((state) => scrubber.show(state as Readonly<Record<string, number>>));
        add(scrubber.element);
        if (number.slider) {
          const slider = new LogSlider(number, number.slider, name, change);
          this.shows.push((state) => slider.show(Number(state[key])));
          add(slider.element);
        }
      } else if (choices) {
        const choice = new Choice(name, choices, (value) => change(value, true));
        this.shows.push((state) => choice.show(String(state[key])));
        add(choice.element);
      }
    }
    element.append(this.own, this.provenance, this.tools);
  }

  show(state: State): void {
    for (const show of this.shows) show(state);
  }

  /** Marks numbers as the cause of what is said, until they are shown again. */
  markInvalid(keys: readonly (keyof State & string)[]): void {
    for (const key of keys) {
      const scrubber = this.scrubbers.get(key);
      if (scrubber) scrubber.invalid = true;
    }
  }

  /** Where the numbers come from. */
  say(provenance: string): void {
    if (this.provenance.textContent !== provenance) this.provenance.textContent = provenance;
  }
}
