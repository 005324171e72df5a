/** How another text or model can be compared with what is looked at. Pure. */
import type { AttentionShape } from "../models/models";
import { type Compared, kindOf, mainKind, namesOf, quoted, type Shown, shapeOf } from "./scene";

type Place = Pick<Shown, "state" | "model" | "attentions">;

/** The attention of the same kind; of the stack that predicts where that is looked at. */
export const comparedKind = (shown: Pick<Shown, "state">, compared: Compared) => shown.state.kind ?? mainKind(compared);

export const comparedShape = (shown: Pick<Shown, "state">, compared: Compared): AttentionShape | undefined =>
  compared.attentions.find(({ kind }) => kind === comparedKind(shown, compared));

/** What its tokens are called along each axis. */
export const comparedNames = (shown: Pick<Shown, "state">, { model, text }: Compared) =>
  namesOf({ state: shown.state, model, text });

/** Whether there is a head of that number, or a layer whose mean can be taken. */
export function hasComparedHead(shown: Pick<Shown, "state">, compared: Compared): boolean {
  const { layer, head } = shown.state;
  const heads = comparedShape(shown, compared)?.heads[layer];
  return heads !== undefined && (head ?? 0) < heads;
}

/** Whether a weight of the one has a counterpart in the other. */
export function areSameSize(shown: Place, compared: Compared): boolean {
  const here = shapeOf(shown);
  const there = comparedShape(shown, compared);
  return here !== undefined && here.queries === there?.queries && here.keys === there.keys;
}

/** How many tokens there are on both sides, and which differ. */
export function tokensSentence(shown: Place & Pick<Shown, "text">, compared: Compared): string {
  const here = shapeOf(shown);
  const there = comparedShape(shown, compared);
  if (!here) return "";
  if (!there) return `The other model has no ${kindOf(shown)} attention.`;
  if (!areSameSize(shown, compared)) {
    const counts =
      here.queries === here.keys && there.queries === there.keys
        ? `There are ${here.queries} tokens here and ${there.queries} there`
        : `There are ${here.queries} queries and ${here.keys} keys here, ${there.queries} and ${there.keys} there`;
    return `${counts}: a weight of the one has no counterpart in the other, so that the maps stand side by side and no difference is taken.`;
  }
  const [own, other] = [namesOf(shown), comparedNames(shown, compared)];
  const differing = own.keys.flatMap((name, i) => (name === other.keys[i] ? [] : [i]));
  const count = `${own.keys.length} tokens on both sides`;
  const [first] = differing;
  if (first === undefined) return `${count}, all the same.`;
  const example = `token ${first} is ${quoted(own.keys[first])} here and ${quoted(other.keys[first])} there`;
  return `${count}; ${differing.length === 1 ? "one differs" : `${differing.length} differ`}: ${example}.`;
}

/** Heads with how far their rows move, the furthest first. */
export function headsByChange(
  divergence: readonly (readonly number[] | undefined)[],
): { readonly layer: number; readonly head: number; readonly nats: number }[] {
  return divergence
    .flatMap((heads, layer) => (heads ?? []).map((nats, head) => ({ layer, head, nats })))
    .sort((a, b) => b.nats - a.nats || a.layer - b.layer || a.head - b.head);
}
