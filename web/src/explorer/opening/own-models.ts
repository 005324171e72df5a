/** Models that lie beside the page. */
export interface OwnModel {
  readonly name: string;
  readonly about: string;
  /** A text to begin with. */
  readonly text: string;
}

/** Their names in the address. */
export const ownModels: Readonly<Record<string, OwnModel>> = {
  stories: {
    name: "pocket stories",
    about: "trained by this page’s own trainer on made-up stories of 363 words; 595 kB",
    text: "one windy morning, Clara set out for the mill with a blue lantern for her uncle. near the bridge stood Oscar with a golden flute. Clara stopped because she was",
  },
  induction: {
    name: "repeated letters",
    about: "two layers of attention alone, in which heads that continue repeated texts form; 80 kB",
    text: "k b q f x k b q f x k b",
  },
};

/** Relative to the page, so that a site works from any folder. */
export const ownModelUrl = (name: string): string => new URL(`./models/${name}.safetensors`, document.baseURI).href;
