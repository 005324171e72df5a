/** How long attention takes here: one head of `tokens` queries and keys of 64 components. */
import type { Heed, Tensor } from "../heed";

export interface TimingRequest {
  tokens: number;
  /** `streaming` makes no matrix of weights; `explicit` keeps the logits and the weights. */
  way: "streaming" | "explicit";
}

const dim = 64;
const repeats = 3;
/** Calls that are timed together: a browser's clock may tell no less than a tenth of a millisecond. */
const callsOf = (tokens: number) => Math.min(100, Math.ceil((1024 / tokens) ** 2));

/** Milliseconds of one call, the least of a few: others are what the machine did besides. */
export function timeAttention(heed: Pick<Heed, "attention">, { tokens, way }: TimingRequest): number {
  // Numbers without pattern; what they are makes no difference to the time.
  const tensor = (first: number): Tensor => ({
    data: Float32Array.from({ length: tokens * dim }, (_, i) => (((first + i) * 0.6180339887) % 1) - 0.5),
    shape: [1, 1, tokens, dim],
  });
  const inputs = { query: tensor(0), key: tensor(1e6), value: tensor(2e6) };
  const calls = callsOf(tokens);
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    for (let call = 0; call < calls; call++) heed.attention(inputs, { weights: way === "explicit" });
    return (performance.now() - start) / calls;
  });
  return Math.min(...times);
}
