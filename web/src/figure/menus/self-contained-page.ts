/** A page of one file: a figure, and the script that shows it. */
import { embedBase } from "./embed-base";
import { type EmbedRequest, embedCode } from "./embed-code";

/** Its HTML. Rejects with a sentence where the script cannot be fetched. */
export async function selfContainedPage(request: EmbedRequest): Promise<string> {
  const response = await fetch(new URL("heed-figures.js", embedBase));
  if (!response.ok) throw new Error(`heed-figures.js could not be fetched: the server answered ${response.status}`);
  // The build has seen to it that nothing in it ends a script element.
  const script = await response.text();
  return embedCode("file", request).replace(
    '<script src="heed-figures.js"></script>',
    () => `<script>${script}</script>`,
  );
}
