/** What a network in training writes: it is given the beginning of a text only, as there is nothing more when one writes. */
import type { Example, Inspection } from "../../compute/training/training";

export interface Writer {
  inspect(request: { tokens: number[] }): Promise<Pick<Inspection, "predictions">>;
}

/** The token that is likeliest after these. */
async function nextAfter(writer: Writer, tokens: number[]): Promise<number> {
  const { predictions } = await writer.inspect({ tokens });
  return predictions.at(-1) ?? -1;
}

/** Places at which a prediction is scored: those of the repetition. */
export const scoredPlaces = ({ targets }: Example): number[] =>
  targets.flatMap((target, place) => (target >= 0 ? [place] : []));

/** The share of the scored places at which the next token is right, of a network that sees the text up to there only. */
export async function writingAccuracy(writer: Writer, examples: readonly Example[]): Promise<number> {
  let [right, all] = [0, 0];
  for (const example of examples)
    for (const place of scoredPlaces(example)) {
      const next = await nextAfter(writer, example.tokens.slice(0, place + 1));
      right += Number(next === example.targets[place]);
      all++;
    }
  return all === 0 ? Number.NaN : right / all;
}

/** The text from the first scored place on as the network writes it, each token after its own ones. */
export async function write(writer: Writer, example: Example): Promise<number[]> {
  const [first = 0] = scoredPlaces(example);
  const tokens = example.tokens.slice(0, first + 1);
  while (tokens.length < example.tokens.length) tokens.push(await nextAfter(writer, tokens));
  return tokens.slice(first + 1);
}
