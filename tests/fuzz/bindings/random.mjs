/** Draws from a seed, the same everywhere: mulberry32. */
export function randomFrom(seed) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least, most) => least + Math.floor(uniform() * (most - least + 1));
  return {
    uniform,
    integer,
    chance: (probability) => uniform() < probability,
    pick: (list) => list[integer(0, list.length - 1)],
  };
}

/** A seed of its own for each call of each function. */
export function seedOf(...parts) {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\0")) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  return hash;
}
