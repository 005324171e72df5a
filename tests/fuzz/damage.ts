/** Random damage to files, the same for a seed everywhere. */

/** Whatever a reader might trip over, beside random bytes. */
const snippets = ["[", "]", "{", "}", '"', ",", "\n", "NaN", "1e999", "-1", "4294967296", "'", "(", ")", "\\", "\0"];

/** mulberry32: the same numbers for a seed everywhere. */
export function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  let out = new Uint8Array(bytes);
  for (let i = 1 + random(4); i > 0; i--) {
    const at = random(out.length + 1);
    const snippet = new TextEncoder().encode(snippets[random(snippets.length)]);
    const changes = [
      () => out.fill(random(256), at, at + 1),
      () => out.fill([0, 255, 127, 128][random(4)] as number, at, at + 1 + random(8)),
      () => out.set(snippet.subarray(0, out.length - at), at),
      () => {
        out = Uint8Array.from([...out.subarray(0, at), ...snippet, ...out.subarray(at)]);
      },
      () => {
        out = out.slice(0, at);
      },
      () => {
        out = Uint8Array.from([...out.subarray(0, at), ...out.subarray(Math.min(out.length, at + 1 + random(16)))]);
      },
    ];
    changes[random(changes.length)]?.();
  }
  return out;
}

const values: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  7,
  2 ** 31,
  1e300,
  "",
  "a",
  "▁",
  "(a+)+b",
  [],
  [[]],
  {},
  { type: "Sequence" },
];

/** A file of JSON in which a value is another one, or missing: it can still be parsed. */
export function mutateJson(bytes: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  const json = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  for (let i = 1 + random(3); i > 0; i--) {
    let at = json as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(at);
      if (keys.length === 0) break;
      const key = keys[random(keys.length)] as string;
      const inside = at[key];
      if (typeof inside === "object" && inside !== null && random(4) > 0) {
        at = inside as Record<string, unknown>;
        continue;
      }
      if (random(4) === 0) delete at[key];
      else at[key] = structuredClone(values[random(values.length)]);
      break;
    }
  }
  return new TextEncoder().encode(JSON.stringify(json));
}
