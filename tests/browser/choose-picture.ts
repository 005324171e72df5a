import type { Page } from "@playwright/test";

/** Rectangles [colour, x, y, width, height], drawn one over the other on a picture of that size, which the explorer is given. */
export async function choosePicture(
  page: Page,
  [width, height]: readonly [number, number],
  rectangles: readonly (readonly [string, number, number, number, number])[],
) {
  const picture = await page.evaluate(
    async ({ size, drawn }) => {
      const canvas = new OffscreenCanvas(...size);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("there is no canvas");
      for (const [colour, ...place] of drawn) {
        context.fillStyle = colour;
        context.fillRect(...place);
      }
      return Array.from(new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer()));
    },
    { size: [width, height] as [number, number], drawn: rectangles },
  );
  await page
    .getByLabel("A picture", { exact: true })
    .setInputFiles([{ name: "picture.png", mimeType: "image/png", buffer: Buffer.from(picture) }]);
}
