/** What decides what the figure of a sentence shows. */
import { colorScales } from "../../charts/color/color-scale";
import { quote } from "../../model/fields";
import { choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";

export interface SentenceState {
  readonly model: "stories" | "induction";
  /** Empty: the model's sample. */
  readonly text: string;
  readonly layer: number;
  readonly head: number;
  readonly colours: (typeof colorScales)[number];
  readonly first: "shown" | "left out";
  readonly top: number;
  /** The queries that were chosen, in order. */
  readonly tokens: readonly number[];
  /** Tokens that no other attends to. */
  readonly hidden: readonly number[];
}

const longestText = 2000;

const text: Setting<string> = {
  default: "",
  parse: (given) =>
    given.length <= longestText
      ? { value: given }
      : { problem: `text has at most ${longestText} characters, not ${given.length} (“${quote(given)}”)` },
  format: (value) => value,
  isOwn: true,
};

const listSetting = (key: string): Setting<readonly number[]> => ({
  default: [],
  parse: (given) => {
    const numbers = given === "" ? [] : given.split(",").map(Number);
    const valid = numbers.length <= 256 && numbers.every((number) => Number.isInteger(number) && number >= 0);
    return valid ? { value: [...new Set(numbers)] } : { problem: `${key} are “3,5”, not “${quote(given)}”` };
  },
  format: (value) => value.join(),
});

export const sentenceSettings: Settings<SentenceState> = {
  model: choiceSetting("model", ["stories", "induction"]),
  text,
  // Of the stories' model, the head that attends to the name which “she” stands for.
  layer: numberSetting("layer", { default: 2, min: 1, max: 16 }),
  head: numberSetting("head", { default: 3, min: 1, max: 64 }),
  colours: choiceSetting("colours", colorScales),
  first: choiceSetting("first", ["shown", "left out"], { label: "token 0" }),
  top: numberSetting("top", { default: 100, min: 1, max: 100, label: "largest %" }),
  tokens: listSetting("tokens"),
  hidden: listSetting("hidden"),
};

/** What each model reads until the reader writes something. */
export const samples: Readonly<Record<SentenceState["model"], string>> = {
  stories:
    "one windy morning, Clara set out for the mill with a blue lantern for her uncle. near the bridge stood Oscar with a golden flute. Clara stopped because",
  induction: "",
};
