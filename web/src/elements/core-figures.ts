/** Figures whose numbers heed-core computes, by their tags. A new one is one line here. */
export type Figures = Readonly<Record<string, () => Promise<CustomElementConstructor>>>;

export const coreFigures: Figures = {
  "heed-notebook": async () => (await import("./heed-notebook")).HeedNotebook,
  "heed-look-up": async () => (await import("./heed-look-up")).HeedLookUp,
  "heed-temperature": async () => (await import("./heed-temperature")).HeedTemperature,
  "heed-masks": async () => (await import("./heed-masks")).HeedMasks,
  "heed-long-map": async () => (await import("./heed-long-map")).HeedLongMap,
  "heed-attention": async () => (await import("./heed-attention")).HeedAttention,
};
