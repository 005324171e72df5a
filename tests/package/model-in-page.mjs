/** A model that heed/models opens in a browser's page, of Playwright or Puppeteer, to be asked from a test as one in Node is. */

export async function openInPage(page, module, source, options = {}) {
  const info = await page.evaluate(
    async ({ module, source, options }) => {
      const { openModel } = await import(module);
      globalThis.openedModel = await openModel(source, options);
      return globalThis.openedModel.info;
    },
    { module, source, options },
  );
  return {
    info,
    async forward(inputs, options) {
      // Pages and tests exchange what JSON can write.
      const out = await page.evaluate(
        async ({ inputs, options }) => {
          const { pixelValues } = inputs;
          const given = pixelValues
            ? { ...inputs, pixelValues: { ...pixelValues, data: Float32Array.from(pixelValues.data) } }
            : inputs;
          const isTypedArray = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
          return JSON.stringify(await globalThis.openedModel.forward(given, options), isTypedArray);
        },
        { inputs: plain(inputs), options },
      );
      return JSON.parse(out, (key, value) => (key === "data" ? Float32Array.from(value) : value));
    },
    async *generate(inputs, options) {
      yield* await page.evaluate(
        async ({ inputs, options }) => {
          const steps = [];
          for await (const { id, probability } of globalThis.openedModel.generate(inputs, options))
            steps.push({ id, probability });
          return steps;
        },
        { inputs: plain(inputs), options },
      );
    },
    close: () => page.evaluate(() => globalThis.openedModel.close()),
  };
}

const plain = (inputs) =>
  JSON.parse(JSON.stringify(inputs, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value)));
