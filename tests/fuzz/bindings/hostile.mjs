/** What nobody should pass: arguments that fit, with something in them replaced, left out or added. */

/** Thrown by arguments of ours; a caller gets back what it threw itself. */
export const thrown = new Error("an argument's own error");

const large = [2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53, 1e300];
const negative = [-1, -0, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53), -1e300];
const numbers = [0, 0.5, Number.NaN, Infinity, -Infinity, 5e-324, ...negative];

const others = [
  () => undefined,
  () => null,
  () => true,
  () => "3",
  () => "",
  () => "\u0000\ud800".repeat(300),
  () => 7n,
  () => Symbol("s"),
  () => () => 3,
  () => [],
  () => [1, 2, 3, 4],
  () => ({}),
  () => Object.create(null),
  () => new Float32Array(3),
  () => new Date(Number.NaN),
  () => ({ length: 2 ** 31 }),
  () => ({ length: -1 }),
  () => ({ length: Number.NaN }),
  () => new Proxy({}, { get: () => 2 }),
  () => throwing(),
];

const throwing = () =>
  new Proxy(
    {},
    {
      get() {
        throw thrown;
      },
    },
  );

/** Typed arrays that are not what they say. */
const arrays = [
  (data) => new Float64Array(data),
  (data) => Array.from(data),
  (data) => data.slice(1),
  (data) => new data.constructor(data.length + 1),
  (data) => new data.constructor(0),
  (data) => new DataView(new ArrayBuffer(4 * data.length)),
  (data) => Object.setPrototypeOf({ length: data.length }, data.constructor.prototype),
  (data) => Object.defineProperty(new data.constructor(1), "length", { value: data.length }),
  (data) => Object.defineProperty(data.slice(), "length", { value: 2 ** 31 }),
  (data) => {
    const detached = data.slice();
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    return detached;
  },
  (data) => {
    const bytes = new ArrayBuffer(data.byteLength, { maxByteLength: data.byteLength + 8 });
    const tracking = new data.constructor(bytes);
    bytes.resize?.(0);
    return tracking;
  },
];

/** A value to stand in the place of `value`. `slow`: no large number, where each takes its time. */
function instead(random, value, slow) {
  if (ArrayBuffer.isView(value) && random.chance(0.7)) return random.pick(arrays)(value);
  if (typeof value === "number" && random.chance(0.7)) {
    if (random.chance(0.3)) return value + random.pick([-1, 1]);
    if (slow || random.chance(0.5)) return random.pick(numbers);
    // Its square wraps to 0; it is rare, as so many of something may fit into memory, and take long.
    return random.chance(0.02) ? 2 ** 16 : random.pick(large);
  }
  return random.pick(others)();
}

/** `args` with one property, at any depth, that calls `act` before it is what it was. */
export function trap(random, args, act) {
  let holder = args;
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0) return args;
    const key = random.pick(keys);
    const value = holder[key];
    if (isContainer(value) && Object.keys(value).length > 0 && (holder === args || random.chance(0.7))) {
      holder = value;
      continue;
    }
    const computed = () => {
      act();
      return value;
    };
    // An argument itself has no getter; what is converted to a number or to a text calls these.
    if (holder === args) holder[key] = { valueOf: computed, toString: computed };
    else if (Object.getOwnPropertyDescriptor(holder, key)?.configurable)
      Object.defineProperty(holder, key, { enumerable: true, get: computed });
    return args;
  }
}

/** Of the arguments themselves; an object of the module, which may be kept for other calls, is none. */
const isContainer = (value) =>
  Array.isArray(value) ||
  (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype);

/** `args` with one thing changed, at any depth. `slow` names the numbers that are never made large. */
export function damage(random, args, slow = new Set()) {
  let holder = args;
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0 || random.chance(0.03)) {
      if (Object.isExtensible(holder)) holder[Array.isArray(holder) ? holder.length : "unknown"] = 1;
      return args;
    }
    const key = random.pick(keys);
    if (isContainer(holder[key]) && random.chance(0.85)) {
      holder = holder[key];
      continue;
    }
    if (random.chance(0.1)) delete holder[key];
    else holder[key] = instead(random, holder[key], slow.has(key));
    return args;
  }
}
