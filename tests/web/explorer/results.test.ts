/** What the page holds of a worker's answers always belongs to what the reader looks at; here the test gives the answers, when it likes. */
import { beforeEach, expect, it } from "vitest";
import { Results } from "../../../web/src/explorer/results/results";
import { type ExplorerState, initialState } from "../../../web/src/explorer/state";
import type { ModelWorker } from "../../../web/src/explorer/worker/client";
import type { OpenedModel } from "../../../web/src/explorer/worker/protocol";

interface Asked {
  readonly name: string;
  readonly request: Record<string, unknown>;
  readonly answer: (value: unknown) => Promise<void>;
  readonly fail: (message: string) => Promise<void>;
}

let asked: Asked[] = [];
let state: ExplorerState;
let results: Results;
let said = "";

const model = { info: { kind: "decoder", predicts: "tokens" }, predictsTokens: true } as unknown as OpenedModel;
const none = initialState.changes;
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
/** The question of that name that was asked last, with no answer yet. */
function pending(name: string): Asked {
  const at = asked.map((each) => each.name).lastIndexOf(name);
  const [found] = asked.splice(at, 1);
  if (at < 0 || !found) throw new Error(`${name} was not asked`);
  return found;
}
const isAsked = (name: string) => asked.some((each) => each.name === name);
const text = (...ids: number[]) => ({ input: { ids }, names: ids.map(String), unknown: [] });
const attended = (tokens: number) => [{ kind: "decoder", heads: [2, 2], queries: tokens, keys: tokens }];
const weights = (name: string) => ({ name, queries: 0, keys: 0 });
const effects = { logit: 1, embedding: 1, constant: 0, heads: [], crossHeads: [], feedForward: [], layers: [] };
const predicted = (id: number) => [{ id, name: String(id), logit: 1, probability: 0.5, rank: 0 }];

beforeEach(() => {
  asked = [];
  said = "";
  state = { ...initialState, text: "1 2 3" };
  const worker = {
    ask: (name: string, request: Record<string, unknown>, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        asked.push({
          name,
          request,
          answer: (value) => {
            resolve(value);
            return settle();
          },
          fail: (message) => {
            reject(new Error(message));
            return settle();
          },
        });
      }),
  } as unknown as ModelWorker;
  results = new Results(worker, () => state, {
    changed: () => {},
    layerRead: () => {},
    read: () => {},
    tooLong: () => {},
    say: (message) => {
      said = message;
    },
  });
});

function change(part: Partial<ExplorerState>) {
  state = { ...state, ...part };
  results.follow();
}

/** Reads a text and answers all that is asked of it. */
async function read(...ids: number[]) {
  void results.read(model);
  await pending("encode").answer(text(...ids));
  await pending("run").answer(attended(ids.length));
  await pending("head").answer(weights("0.0"));
  await pending("predictions").answer(predicted(7));
  await pending("keptKeys").answer({ tokens: ids.length, computed: ids.length, bytes: 64 });
  await pending("layer").answer("layer 0");
  expect(isAsked("lens") || isAsked("effects")).toBe(false);
  await pending("layer").answer("layer 1");
  await pending("effects").answer(effects);
  await pending("lens").answer("lens");
  expect(asked).toEqual([]);
}

it("each text is asked about anew, of the same length too", async () => {
  await read(1, 2, 3);
  await read(4, 5, 6);
  expect(results.text.input.ids).toEqual([4, 5, 6]);
  expect([results.answers.lens, results.answers.layers]).toEqual(["lens", ["layer 0", "layer 1"]]);
});

it("another head has no weights until its own come, and never those of one that is no longer chosen", async () => {
  await read(1, 2, 3);
  expect(results.answers.head).toEqual(weights("0.0"));
  change({ layer: 1 });
  expect(results.answers.head).toBeNull();
  const late = pending("head");
  change({ head: 1 });
  await late.answer(weights("1.0"));
  expect(results.answers.head).toBeNull();
  await pending("head").answer(weights("1.1"));
  expect(results.answers.head).toEqual(weights("1.1"));
  change({ head: null });
  expect(results.answers.head).toBeNull();
});

it("predictions and the lens are of the token in focus", async () => {
  await read(1, 2, 3);
  expect(results.answers.predictions?.plain).toEqual(predicted(7));
  expect(results.answers.lens).toBe("lens");
  change({ query: 0 });
  expect([results.answers.predictions, results.answers.lens]).toEqual([null, null]);
  const late = pending("predictions");
  change({ query: 1 });
  await late.answer(predicted(8));
  expect(results.answers.predictions).toBeNull();
  await pending("predictions").answer(predicted(9));
  expect(results.answers.predictions?.plain).toEqual(predicted(9));
  expect(results.answers.lens).toBeNull();
});

it("predictions with changes are of the changes that are listed", async () => {
  await read(1, 2, 3);
  change({ changes: { ...none, ablate: [{ layer: 0, head: 0 }] } });
  expect(results.answers.predictions).toEqual({ plain: predicted(7), changed: null });
  await pending("run").answer(attended(3));
  await pending("predictions").answer(predicted(1));
  expect(results.answers.predictions?.changed).toEqual(predicted(1));
  change({ changes: { ...none, ablate: [{ layer: 0, head: 1 }] } });
  expect(results.answers.predictions?.changed).toBeNull();
  const late = pending("run");
  change({ changes: none });
  await late.answer(undefined);
  expect(isAsked("predictions")).toBe(false);
  expect(results.answers.predictions?.changed).toBeNull();
});

it("while another text is read all that is there is of the text before, and nothing is asked of the run that is gone", async () => {
  await read(1, 2, 3);
  void results.read(model);
  await pending("encode").answer(text(4, 5));
  change({ layer: 1 });
  change({ query: 0 });
  expect(isAsked("head") || isAsked("predictions")).toBe(false);
  expect([results.text.input.ids, results.answers.head, results.answers.predictions]).toEqual([[1, 2, 3], null, null]);
  await pending("run").answer(attended(2));
  expect([results.text.input.ids, results.answers.head, results.answers.layers, results.answers.lens]).toEqual([
    [4, 5],
    null,
    [],
    null,
  ]);
  await pending("head").answer(weights("1.0 of the new text"));
  expect(results.answers.head).toEqual(weights("1.0 of the new text"));
});

it("a text that the model refuses leaves nothing of the text before", async () => {
  await read(1, 2, 3);
  void results.read(model);
  await pending("encode").answer(text(9));
  await pending("run").fail("there is no token 9");
  expect(said).toBe("There is no token 9.");
  expect([results.text.input.ids, results.answers.head, results.answers.predictions, results.answers.layers]).toEqual([
    [],
    null,
    null,
    [],
  ]);
  change({ layer: 1 });
  expect(isAsked("head")).toBe(false);
});

it("values, the explained pair, rollout and direct effects are of the place that is looked at", async () => {
  await read(1, 2, 3);
  change({ value: "logit" });
  expect(results.answers.values).toBeNull();
  await pending("values").answer("logits of 0.0");
  expect(results.answers.values).toBe("logits of 0.0");
  change({ value: "product" });
  expect(results.answers.values).toBeNull();
  change({ value: "logit", head: 1 });
  expect(results.answers.values).toBeNull();
  await pending("head").answer({ ...weights("0.1"), queries: 3, keys: 3, weights: new Float32Array(9).fill(1 / 3) });
  await pending("explain").answer("pair 2, 0");
  expect(results.answers.pair).toBe("pair 2, 0");
  change({ query: 1, key: 1 });
  expect(results.answers.pair).toBeNull();
  expect(results.answers.effects).toBeNull();
  change({ tint: "rollout" });
  await pending("rollout").answer("rollout to 1");
  expect(results.answers.rollout).toBe("rollout to 1");
  change({ query: 0, key: null });
  expect(results.answers.rollout).toBeNull();
});

it("a token's direct effects are not those of another, and a refusal is a sentence of theirs alone", async () => {
  await read(1, 2, 3);
  expect(results.answers.effects).toEqual(effects);
  change({ effectOf: 5 });
  expect(results.answers.effects).toBeNull();
  expect(pending("effects").request).toEqual({ position: 2, token: 5, other: null });
  change({ against: 6 });
  await pending("effects").fail("the head is not linear");
  expect(results.answers.effects).toBe("the head is not linear");
  expect(said).toBe("");
});

it("how far heads move is of the changes that are listed", async () => {
  await read(1, 2, 3);
  change({ changes: { ...none, ablate: [{ layer: 0, head: 0 }] } });
  await pending("run").answer(attended(3));
  await pending("divergence").answer([0, 0]);
  expect(results.answers.divergence).toEqual([[0, 0], undefined]);
  change({ changes: { ...none, ablate: [{ layer: 0, head: 1 }] } });
  expect(results.answers.divergence).toEqual([]);
});

it("words and tokens chosen together are asked of the core, the difference only where it is looked at", async () => {
  await read(1, 2, 3);
  const words = [0, 0, 1].map((word, i) => ({ word, text: String(i) }));
  results.text = { ...results.text, words };
  change({ words: true });
  expect(pending("groups").request).toMatchObject({ queryGroups: [0, 0, 1], keyGroups: [0, 0, 1] });
  change({ words: false, query: 0, also: [2] });
  const chosen = pending("groups");
  expect(chosen.request).toMatchObject({ queryGroups: [0, -1, 0], keyGroups: [0, 1, 2] });
  change({ tint: "receives" });
  await chosen.answer(Float32Array.of(1));
  expect(results.answers.chosenWeights).toBeNull();
  expect(pending("groups").request).toMatchObject({ queryGroups: [0, 1, 2], keyGroups: [0, -1, 0] });
  // Of joined words, those that the chosen tokens are in.
  change({ words: true, tint: "gives" });
  expect(asked.filter(({ name }) => name === "groups").map(({ request }) => request.queryGroups)).toEqual([
    [0, 0, 1],
    [0, 0, 0],
  ]);
  change({ tint: "rollout" });
  expect(pending("rollout").request).toMatchObject({ position: 0, keyGroups: [0, 0, 1] });
  expect([results.answers.wordWeights, results.answers.chosenWeights]).toEqual([null, null]);
  change({ tint: "gives", changes: { ...none, ablate: [{ layer: 0, head: 0 }] } });
  await pending("run").answer(attended(3));
  expect(isAsked("difference")).toBe(false);
  change({ comparison: "difference" });
  await pending("difference").answer({ weights: "apart", largest: 1 });
  expect(results.answers.difference).toMatchObject({ weights: "apart" });
  change({ head: 1 });
  expect(results.answers.difference).toBeNull();
});

it("how like the chosen head others look is asked where heads are sorted by it, and anew of another head", async () => {
  await read(1, 2, 3);
  expect(isAsked("similarity")).toBe(false);
  change({ order: "similarity" });
  expect(asked.at(-1)?.request).toMatchObject({ layer: 0, to: { layer: 0, head: 0 } });
  await pending("similarity").answer([0, 0.5]);
  expect(results.answers.similarity).toEqual([[0, 0.5], undefined]);
  change({ layer: 1 });
  expect(results.answers.similarity).toEqual([]);
  change({ head: null });
  expect(asked.filter(({ name }) => name === "similarity")).toHaveLength(2);
});

it("another text is read once it is typed; what is compared is of that text, and is not of the one before", async () => {
  await read(1, 2, 3);
  expect(results.answers.compared).toBeNull();
  change({ versus: "4 5 6" });
  expect(pending("encode").request).toMatchObject({ text: "4 5 6", run: "compared", added: [] });
  change({ versus: "4 5 7" });
  await pending("encode").answer(text(4, 5, 7));
  expect(pending("run").request).toEqual({ run: "compared", input: { ids: [4, 5, 7] } });
  change({ versus: "4 5 8" });
  await pending("encode").answer(text(4, 5, 8));
  await pending("run").answer(attended(3));
  expect(results.answers.compared).toMatchObject({ text: { input: { ids: [4, 5, 8] } } });
  expect([results.answers.comparedHead, results.answers.comparedDivergence]).toEqual([null, []]);
  await pending("head").answer(weights("there 0.0"));
  expect(results.answers.comparedHead).toEqual(weights("there 0.0"));
  await pending("difference").answer({ weights: "0.0 apart", largest: 1 });
  expect(results.answers.comparedDifference).toMatchObject({ weights: "0.0 apart" });
  await pending("divergence").answer([0, 0.5]);
  expect(results.answers.comparedDivergence).toEqual([[0, 0.5], undefined]);
  change({ head: 1 });
  expect([results.answers.comparedHead, results.answers.comparedDifference]).toEqual([null, null]);
  await pending("head").answer(weights("0.1"));
  change({ versus: "" });
  expect([results.answers.compared, results.answers.comparedHead, results.answers.comparedDivergence]).toEqual([
    null,
    null,
    [],
  ]);
});

it("of texts of different lengths no divergence is asked, and a text that is refused is a sentence", async () => {
  await read(1, 2, 3);
  change({ versus: "4 5" });
  await pending("encode").answer(text(4, 5));
  await pending("run").answer(attended(2));
  await pending("head").answer(weights("there 0.0"));
  expect([isAsked("divergence"), isAsked("difference")]).toEqual([false, false]);
  change({ versus: "999" });
  await pending("encode").answer(text(999));
  await pending("run").fail("there is no token 999");
  expect(results.answers.compared).toBe("There is no token 999.");
  expect(said).toBe("");
  change({ versus: "x" });
  await pending("encode").answer(text());
  expect(results.answers.compared).toBe("None of this is a token of the model.");
});

it("a second model reads the same text; without it there is nothing to compare", async () => {
  await read(1, 2, 3);
  const second = { info: { kind: "encoder" } } as unknown as OpenedModel;
  results.compareWith(second);
  expect(pending("encode").request).toMatchObject({ text: "1 2 3", run: "compared" });
  change({ versus: "4 5 6" });
  await pending("encode").answer(text(4, 5, 6));
  await pending("run").answer([{ kind: "encoder", heads: [1], queries: 3, keys: 3 }]);
  expect(results.answers.compared).toMatchObject({ model: second });
  await pending("head").answer(weights("there 0.0"));
  // Of the layer that both have.
  await pending("divergence").answer([0.25]);
  expect(results.answers.comparedDivergence).toEqual([[0.25]]);
  expect(isAsked("divergence")).toBe(false);
  change({ head: 1 });
  await pending("head").answer(weights("0.1"));
  expect([isAsked("head"), results.answers.comparedHead]).toEqual([false, null]);
  change({ versus: "" });
  results.compareWith(null);
  expect(results.answers.compared).toBeNull();
});
