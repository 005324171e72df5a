/** Every figure by its tag, fetched when it is wanted. A new figure is one line here. */
export const figures: Readonly<Record<string, () => Promise<CustomElementConstructor>>> = {
  "heed-notebook": async () => (await import("./heed-notebook")).HeedNotebook,
  "heed-look-up": async () => (await import("./heed-look-up")).HeedLookUp,
  "heed-long-map": async () => (await import("./heed-long-map")).HeedLongMap,
  "heed-sentence": async () => (await import("./heed-sentence")).HeedSentence,
  "heed-attention": async () => (await import("./heed-attention")).HeedAttention,
  "heed-training": async () => (await import("./heed-training")).HeedTraining,
};
