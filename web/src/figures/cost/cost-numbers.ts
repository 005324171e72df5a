/** What is counted for every length, and what is measured on this machine. */
import type { Engine } from "../../compute/engine";
import type { AttentionMemory } from "../../compute/lab";
import { measuredLengths, model, sharing } from "./cost-state";

export const ways = ["explicit", "streaming"] as const;
export type Way = (typeof ways)[number];

/** For each length the memory with every way to share keys and values. */
export type Memories = ReadonlyMap<number, readonly AttentionMemory[]>;
/** Milliseconds, as far as they have been measured. */
export type Times = Readonly<Record<Way, ReadonlyMap<number, number>>>;

export async function memoriesOf(
  engine: Pick<Engine, "lab">,
  wanted: readonly number[],
  signal?: AbortSignal,
): Promise<Memories> {
  const needs = wanted.flatMap((tokens) => sharing.map(({ keyValueHeads }) => ({ ...model, tokens, keyValueHeads })));
  const memories = await engine.lab("attentionMemories", needs, signal);
  return new Map(
    wanted.map((tokens, i) => [tokens, memories.slice(i * sharing.length, (i + 1) * sharing.length)] as const),
  );
}

/** Measures both ways, the shortest lengths first; `changed` is told of each time. */
export async function measure(
  engine: Pick<Engine, "timeAttention">,
  changed: (times: Times) => void,
  signal: AbortSignal,
): Promise<void> {
  const times = { explicit: new Map<number, number>(), streaming: new Map<number, number>() };
  for (const tokens of measuredLengths)
    for (const way of ways) {
      const milliseconds = await engine.timeAttention({ tokens, way }, signal);
      times[way].set(tokens, milliseconds);
      changed(times);
    }
}
