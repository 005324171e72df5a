import { attentionInputs, attentionOptions, seed, size, some, tensor } from "./arguments.mjs";
import { descriptionCalls } from "./description-calls.mjs";

/**
 * How each function that heed-core registers is called. `args(random)` are arguments that fit; `slow` names the numbers that a call
 * takes long for where they are large, though nothing is wrong with them. Methods have `of`: what makes their object.
 */
export function coreCalls(core) {
  const inputs = (random) => {
    const { inputs, full } = attentionInputs(random);
    return [inputs, { ...attentionOptions(random, full), ...some(random, { weights: () => random.chance(0.7) }) }];
  };

  const longHead = (random) => {
    const [queries, keys, dim] = [size(random), size(random), size(random, { least: 1, most: 130 })];
    const options = attentionOptions(random, [1, 1, queries, keys], [...longOptions]);
    return [{ query: tensor(random, 1, 1, queries, dim), key: tensor(random, 1, 1, keys, dim) }, options];
  };
  const longOptions = ["scale", "temperature", "softcap", "causal", "window", "queryOffset", "keyLengths"];
  const makeLongHead = (random) => firstOf(() => core.longHead(...longHead(random)));
  /** A part of `all`: the first and how many. */
  const part = (random, all) => {
    const first = random.integer(0, all);
    return [first, random.integer(0, all - first)];
  };

  return {
    ...descriptionCalls,
    attention: {
      args: (random) => {
        const [tensors, options] = inputs(random);
        // An earlier result, of these or of other shapes.
        if (options && random.chance(0.2)) options.reuse = attempt(() => core.attention(tensors, options));
        return [tensors, options];
      },
    },
    attentionWeights: {
      args: (random) => {
        const { inputs: tensors, full } = attentionInputs(random);
        const [batch, heads, queries, keys] = full;
        const [row, rows] = part(random, queries);
        const [column, columns] = part(random, keys);
        const block = { ...some(random, { batch: () => random.integer(0, batch - 1) }), row, rows, column, columns };
        block.head = random.integer(0, heads - 1);
        const { query, key } = tensors;
        const logSumExp = tensor(random, batch, heads, queries, 1);
        return [{ query, key, logSumExp }, block, attentionOptions(random, full)];
      },
    },
    multiHeadAttention: {
      args: (random) => {
        const [batch, heads, tokens] = [random.integer(1, 2), random.integer(1, 4), size(random)];
        const [width, dim, values] = [1, 1, 0].map((least) => size(random, { least, most: 70 }));
        return [
          {
            x: tensor(random, batch, 1, tokens, width),
            wQuery: tensor(random, 1, heads, width, dim),
            wKey: tensor(random, 1, heads, width, dim),
            wValue: tensor(random, 1, heads, width, values),
            wOutput: tensor(random, 1, 1, heads * values, size(random, { least: 1, most: 70 })),
          },
          attentionOptions(random, [batch, heads, tokens, tokens]),
        ];
      },
    },
    notebook: {
      args: (random) => {
        const heads = random.integer(1, 4);
        return [
          some(random, {
            tokens: () => size(random, { least: 1 }),
            dModel: () => heads * size(random, { least: 1, most: 20 }),
            heads: () => heads,
            seed: () => seed(random),
            glorot: () => random.chance(0.5),
          }),
        ];
      },
    },
    longHead: { args: longHead },
    handmadeLongHead: {
      args: (random) => {
        const tokens = size(random, { least: 1 });
        return [
          { tokens, ...some(random, { stride: () => random.integer(0, 20), seed: () => seed(random) }) },
          attentionOptions(random, [1, 1, tokens, tokens], longOptions),
        ];
      },
    },
    "LongHead.queries": { of: makeLongHead, read: true },
    "LongHead.keys": { of: makeLongHead, read: true },
    "LongHead.rows": { of: makeLongHead, args: (random, head) => part(random, head.queries) },
    "LongHead.remember": {
      of: makeLongHead,
      args: (random, head) => {
        const [first, count] = part(random, head.queries);
        return [first, { logSumExp: tensor(random, 1, 1, count, 1), entropy: tensor(random, 1, 1, count, 1) }];
      },
    },
    "LongHead.map": {
      of: makeLongHead,
      args: (random, head) => {
        const [row, rows] = part(random, head.queries);
        const [column, columns] = part(random, head.keys);
        const block = () => random.pick([1, 2, 7, 64, 1000, 2 ** 31 - 1]);
        const request = { row, rows, column, columns, ...some(random, { rowBlock: block, columnBlock: block }) };
        if (random.chance(0.3)) request.before = attempt(() => head.map(request));
        return [request];
      },
    },
    mapMargins: {
      // Of no queries there may be as many keys as one likes, and each has its result.
      slow: new Set(["keys"]),
      args: (random) => {
        const [queries, keys] = [size(random), size(random)];
        const block = random.pick([1, 2, 7, 64, 1000, 2 ** 31 - 1]);
        const cells = [1, 1, Math.ceil(queries / block), Math.ceil(keys / block)];
        const [sum, known] = [tensor(random, ...cells), tensor(random, ...cells)];
        return [{ sum, known, entropy: tensor(random, 1, 1, queries, 1), keys, ...(block === 1 ? {} : { block }) }];
      },
    },
  };
}

/** The first that is not refused: arguments that fit one by one may not fit each other. */
export function firstOf(make) {
  for (let left = 100; left > 0; left--) {
    const made = attempt(make);
    if (made) return made;
  }
  return make();
}

/**
 * What gives one of a few objects or files, which `make` makes: an argument has nobody who deletes it, and making one takes a while.
 * Now and then another takes the place of one.
 */
export function oneOfFew(count, make) {
  const few = [];
  return (random) => {
    const at = random.integer(0, count - 1);
    if (random.chance(0.005)) {
      few[at]?.delete?.();
      few[at] = undefined;
    }
    few[at] ??= firstOf(() => make(random));
    return few[at];
  };
}

/** What a call returns; undefined where it is refused. */
export function attempt(call) {
  try {
    return call();
  } catch {
    return undefined;
  }
}
