/** What is asked of the head in focus: its weights first, then what the views make of them. */
import type { HeadWeights, PairExplanation } from "../../models/models";
import { pairOf, queryOf } from "../scene";
import { pairValueOf } from "../state";
import { areJoined, areSeveral, numbersOfChosen, numbersOfWords } from "../tint";
import type { Answer } from "./answer";
import type { Asking } from "./asking";

export class HeadResults {
  readonly head: Answer<HeadWeights>;
  /** Between words, where tokens are joined. */
  readonly wordWeights: Answer<Float32Array>;
  /** Of the tokens that are chosen together. */
  readonly chosenWeights: Answer<Float32Array>;
  readonly values: Answer<Float32Array>;
  readonly pair: Answer<PairExplanation>;
  readonly rollout: Answer<Float32Array>;
  /** Of a picture's layer all heads, to be seen beside each other. */
  readonly ofQuery: Answer<Float32Array>;

  constructor(asking: Asking) {
    const { questions } = asking;
    const oneHead = () => ({ ...asking.place, head: asking.state.head ?? 0 });
    this.head = questions.one<"head", HeadWeights>(
      () => asking.headKey,
      () => ["head", { run: "plain", ...asking.place }],
    );
    this.wordWeights = questions.one<"groups", Float32Array>(
      () => {
        const isAsked = asking.headKey && areJoined(asking.shown()) && asking.state.tint !== "rollout";
        return isAsked ? questions.key(asking.headKey, "words") : null;
      },
      () => ["groups", { ...asking.place, ...numbersOfWords(asking.shown()) }],
    );
    this.chosenWeights = questions.one<"groups", Float32Array>(
      () => {
        if (!asking.headKey) return null;
        const { tint, query, also, words } = asking.state;
        const isAsked = areSeveral(asking.shown()) && tint !== "rollout";
        return isAsked ? questions.key(asking.headKey, tint, query, also.join(), String(words)) : null;
      },
      () => ["groups", { ...asking.place, ...numbersOfChosen(asking.shown()) }],
    );
    this.values = questions.one<"values", Float32Array>(
      () => {
        const which = asking.state.head === null ? null : pairValueOf(asking.state.value);
        return which && questions.key(asking.headKey, which);
      },
      () => ["values", { ...oneHead(), which: pairValueOf(asking.state.value) ?? "product" }],
    );
    this.pair = questions.one<"explain", PairExplanation>(
      () => {
        const pair = asking.headKey && asking.state.head !== null ? pairOf(asking.shown()) : null;
        return pair && questions.key(asking.headKey, `${pair.query}.${pair.key}`);
      },
      () => ["explain", { ...oneHead(), ...(pairOf(asking.shown()) ?? { query: 0, key: 0 }) }],
    );
    this.rollout = questions.one<"rollout", Float32Array>(
      () => {
        const { tint, kind, words } = asking.state;
        const isAsked = asking.headKey && tint === "rollout" && kind !== "cross";
        return isAsked ? questions.key("rollout", `${kind} ${queryOf(asking.shown())}`, String(words)) : null;
      },
      () => {
        const { keyGroups } = numbersOfWords(asking.shown());
        return ["rollout", { position: queryOf(asking.shown()), kind: asking.state.kind ?? undefined, keyGroups }];
      },
    );
    this.ofQuery = questions.one<"query", Float32Array>(
      () => {
        const { layer, kind } = asking.state;
        const isAsked = asking.headKey && asking.shown().text.picture;
        return isAsked ? questions.key("query", layer, kind, queryOf(asking.shown())) : null;
      },
      () => {
        const { layer, kind } = asking.place;
        return ["query", { layer, kind, query: queryOf(asking.shown()) }];
      },
    );
  }
}
