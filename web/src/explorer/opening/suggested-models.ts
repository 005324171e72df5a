/**
 * Models of the hub to begin with, from smallest to largest. Sizes are those of the hub's lists of files, https://huggingface.co/NAME/tree/REVISION;
 * licences, those of the models' pages, https://huggingface.co/NAME. "The same texts" of both Pythias is the Pile, as pythia-14m's page has it
 * since 27 February 2026; before, its weights were those of the deduplicated Pile.
 */
export interface SuggestedModel {
  /** "org/name" */
  readonly hub: string;
  /** Bytes of model.safetensors as the hub's list of files says, at `revision`. */
  readonly bytes: number;
  readonly revision: string;
  /** As its page on the hub names it. */
  readonly licence: string;
  /** What it is good to see with. */
  readonly about: string;
}

export const suggestedModels: readonly SuggestedModel[] = [
  {
    hub: "EleutherAI/pythia-14m",
    bytes: 53_300_000,
    revision: "f330256",
    licence: "Apache-2.0",
    about: "6 layers of 4 heads, all on one screen: type a sentence twice and look for heads that continue it",
  },
  {
    hub: "EleutherAI/pythia-70m",
    bytes: 166_000_000,
    revision: "2ab25ed",
    licence: "Apache-2.0",
    about: "as many layers, twice the heads, trained on the same texts: what more heads do",
  },
  {
    hub: "distilbert/distilgpt2",
    bytes: 353_000_000,
    revision: "2290a62",
    licence: "Apache-2.0",
    about: "6 layers that were taught by GPT-2’s 12: which heads remain",
  },
  {
    hub: "google-bert/bert-base-uncased",
    bytes: 440_000_000,
    revision: "0a6aa91",
    licence: "Apache-2.0",
    about: "an encoder: every token sees the whole text, and many heads look at [SEP]",
  },
  {
    hub: "openai-community/gpt2",
    bytes: 548_105_171,
    revision: "607a30d",
    licence: "MIT",
    about: "12 layers of 12 heads, the model of many papers on what single heads do",
  },
  {
    hub: "Qwen/Qwen3-0.6B",
    bytes: 1_500_000_000,
    revision: "c1899de",
    licence: "Apache-2.0",
    about: "a present-day model: 28 layers whose 16 heads share the keys and values of 8",
  },
];
