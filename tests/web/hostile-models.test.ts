import { beforeAll, describe, expect, it } from "vitest";
import { type Lab, loadLab, type Model } from "../../web/src/compute/lab";

let lab: Lab;
let model: Uint8Array;
let checkpoint: Uint8Array;
beforeAll(async () => {
  lab = await loadLab();
  const trainer = lab.trainer({ width: 8, heads: 2, layers: 1, batch: 2, vocabulary: 8, mostPeriod: 8 });
  if (!trainer) throw new Error("no trainer");
  trainer.step();
  model = (trainer.model() as Model).file();
  checkpoint = trainer.checkpoint();
});

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}
type Header = Record<string, Entry> & { __metadata__: Record<string, string> };

/** The file with another header. */
function changed(file: Uint8Array, change: (header: Header) => void): Uint8Array {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  change(header);
  return joined(JSON.stringify(header), file.subarray(8 + length));
}

function joined(header: string, body: Uint8Array, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + body.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(body, 8 + text.length);
  return file;
}

const told = (name: string, text: string) =>
  changed(model, (header) => Object.assign(header.__metadata__, { [name]: text }));
const tensor = (name: string, change: Partial<Entry>) =>
  changed(model, (header) => Object.assign(header[name] as Entry, change));

describe("a file that is no model is refused with the reason", () => {
  it.each<[string, () => unknown, string]>([
    ["nothing", () => undefined, "file is undefined; it must be a Uint8Array"],
    ["no bytes", () => new Uint8Array(), "the file has 0 bytes; the length of its header alone takes 8"],
    ["cut within the length", () => model.subarray(0, 7), "the file has 7 bytes"],
    ["cut within the header", () => model.subarray(0, 100), "bytes, but 92 follow"],
    ["cut within the numbers", () => model.subarray(0, -1), "ends at byte"],
    ["bytes too many", () => joinedBytes(model, new Uint8Array(4)), "the file's tensors end at byte"],
    [
      "a giant header",
      () => joined("{}", new Uint8Array(), 1n << 63n),
      "more than the 100000000 bytes that are allowed",
    ],
    ["a picture", () => joined("\x89PNG", new Uint8Array(9)), "header"],
    ["no JSON", () => joined("{never", new Uint8Array()), "header"],
    ["a name twice", () => joined('{"__metadata__":{"a":"1","a":"2"}}', new Uint8Array()), "twice"],
    ["another's model", () => joined("{}", new Uint8Array()), "the model's file does not say its batch"],
    ["a hole", () => tensor("unembedding", { data_offsets: [4, 260] }), "begins at byte"],
    ["a type that is none", () => tensor("unembedding", { dtype: "F31" }), "F31"],
    ["a shape turned", () => tensor("embedding", { shape: [64, 1] }), "the model's embedding is of another shape"],
    [
      "a shape beyond counting",
      () => tensor("embedding", { shape: [65536, 65536] }),
      "tensor embedding is larger than the file",
    ],
    ["a tensor missing", () => told("layers", "2"), "the model's file has no layers.1.attention_norm"],
    [
      "an option that is none",
      () => told("positions", "astral"),
      'positions is "astral"; it must be one of none, learned',
    ],
    ["a giant network", () => told("d_model", "8192"), "the model's embedding is of another shape"],
    ["one beyond counting", () => told("d_model", "65536"), "more parameters than can be counted"],
    ["layers beyond counting", () => told("layers", "99999999999999999999"), "it must be a whole number"],
    ["a network of nothing", () => told("heads", "0"), "the number of heads is 0"],
    ["options that clash", () => told("heads", "3"), "d_model 8 is not divisible by 3 heads"],
    [
      "an endless sequence",
      () => told("task.length", "2000000000"),
      "the length is 2000000000; it must be at most 8192",
    ],
    ["no task", () => told("task", "chess"), 'there is no task "chess"'],
    ["a step that is none", () => told("step", "-3"), 'the model\'s step is "-3"'],
    ["numbers that are none", () => withNaN(model), "holds a number that is not finite"],
  ])("%s", (_name, file, message) => {
    expect(() => lab.openModel(file() as Uint8Array)).toThrow(message);
  });

  it("whatever is wrong with what resuming needs", () => {
    const resumed = (change: (header: Header) => void) => () => lab.resumedTrainer(changed(checkpoint, change));
    expect(resumed(() => {})()?.stepsTaken).toBe(1);
    expect(resumed(({ __metadata__ }) => delete __metadata__.random)).toThrow("does not say its random");
    expect(resumed(({ __metadata__ }) => Object.assign(__metadata__, { random: "f".repeat(5024) }))).toThrow(
      "this is no state of the random numbers",
    );
    // However many steps a file claims, none is taken again to get there.
    expect(resumed(({ __metadata__ }) => Object.assign(__metadata__, { step: "2000000000" }))()?.stepsTaken).toBe(2e9);
    expect(() => lab.resumedTrainer(model)).toThrow("has no optimiser.mean");
  });

  it("and nothing that was damaged at random brings the module down", () => {
    let seed = 1;
    const below = (count: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * count);
    };
    let opened = 0;
    for (let i = 0; i < 400; i++) {
      const file = checkpoint.slice(0, i % 4 === 0 ? below(checkpoint.length) : checkpoint.length);
      // Mostly in the header, where there is something to misunderstand.
      for (let change = below(4); change >= 0; change--) file[below(i % 2 ? file.length : 2000)] = below(256);
      try {
        const damaged = lab.openModel(file);
        damaged?.run([0, 1, 2], []);
        damaged?.delete();
        opened++;
      } catch (error) {
        expect((error as Error).constructor).toBe(Error);
      }
    }
    expect(opened).toBeGreaterThan(0); // numbers changed, and notes that nothing depends on
    expect(lab.openModel(model)?.info.step).toBe(1);
  });
});

function joinedBytes(a: Uint8Array, b: Uint8Array) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function withNaN(file: Uint8Array) {
  const copy = file.slice();
  new DataView(copy.buffer).setFloat32(copy.length - 4, Number.NaN, true);
  return copy;
}
