/** A file as it was, cut off, with other bytes, or with other numbers in its header. */
export function damagedFile(random, bytes) {
  const file = bytes.slice();
  const header = Math.min(file.length, 8 + file[0] + 256 * file[1]);
  switch (random.integer(0, 5)) {
    case 0:
      return file;
    case 1:
      return file.slice(0, random.integer(0, file.length));
    case 2:
      for (let i = random.integer(1, 4); i > 0; i--) file[random.integer(0, file.length - 1)] = random.integer(0, 255);
      return file;
    case 3:
      // A number of the body: any float32, so NaN, infinite and negative ones too.
      if (file.length > header)
        file.fill(random.pick([0, 0x7f, 0x80, 0xff]), header + random.integer(0, file.length - header));
      return file;
    default: {
      const digits = [];
      for (let i = 8; i < header; i++) if (file[i] >= 0x30 && file[i] <= 0x39) digits.push(i);
      if (digits.length > 0) file[random.pick(digits)] = 0x30 + random.integer(0, 9);
      return file;
    }
  }
}

/** What a field of a configuration may hold that nobody meant. */
const values = [
  null,
  true,
  false,
  "",
  "text",
  -1,
  0,
  1,
  3,
  7,
  1e6,
  2 ** 31,
  2 ** 32,
  2 ** 60,
  -(2 ** 63),
  0.5,
  -0.5,
  1e300,
];
const containers = [() => [], () => ({}), () => [-1], () => ["text"], () => [[]], () => ({ type: 3 })];

/** The bytes of a JSON object with one field changed, left out or added, at any depth, or with other bytes. */
export function damagedJson(random, bytes) {
  if (random.chance(0.1)) return damagedFile(random, bytes);
  const object = JSON.parse(new TextDecoder().decode(bytes));
  let holder = object;
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0) break;
    const key = random.pick(keys);
    const value = holder[key];
    if (typeof value === "object" && value !== null && random.chance(0.8)) {
      holder = value;
      continue;
    }
    if (random.chance(0.1)) delete holder[key];
    else if (typeof value === "number" && random.chance(0.3)) holder[key] = value + random.pick([-1, 1]);
    else if (typeof value === "string" && random.chance(0.3)) holder[key] = random.pick(words);
    else holder[key] = random.chance(0.2) ? random.pick(containers)() : random.pick(values);
    break;
  }
  return new TextEncoder().encode(JSON.stringify(object));
}

/** Words that some configuration or other has. */
const words = [
  "relu",
  "gelu_new",
  "silu",
  "linear",
  "dynamic",
  "yarn",
  "llama3",
  "relative_key",
  "t5",
  "gpt2",
  "bert",
  "vit",
];
