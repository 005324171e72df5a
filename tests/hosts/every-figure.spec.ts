/** Each figure by itself, added by a script to a page that is there already. */
import { coreFigures } from "../../web/src/figures/core-list";
import { figures } from "../../web/src/figures/list";
import { exampleAttributes } from "./example-attributes";
import { expect, test } from "./host-page";

for (const [form, tags] of Object.entries({ script: Object.keys(coreFigures), module: Object.keys(figures) }))
  for (const tag of tags)
    test(`<${tag}> from the ${form}`, async ({ host }) => {
      await host.open(`blank-${form}.html`);
      await host.page.evaluate(
        ({ name, attributes }) => {
          const figure = document.createElement(name);
          for (const [key, value] of Object.entries(attributes)) figure.setAttribute(key, value);
          document.body.append(figure);
        },
        { name: tag, attributes: exampleAttributes(tag) },
      );
      const figure = host.figure(tag);
      await expect(figure.locator(".message")).not.toBeEmpty();
      await expect(figure).not.toHaveAttribute("aria-busy");
      await expect(figure.locator("canvas, svg").first()).toBeVisible();
      await expect(figure.locator(".message.refusal, .message.failure")).toHaveCount(0);
      expect(host.problems).toEqual([]);
    });

test("<heed-attention> takes its data from properties, set before or after it is defined", async ({ host }) => {
  await host.open("blank-module.html");
  await host.page.evaluate(() => {
    const figure = document.createElement("heed-attention");
    Object.assign(figure, {
      weights: [
        [1, 0],
        [0.25, 0.75],
      ],
      tokens: ["<i>a</i>", "b"],
    });
    document.body.append(figure);
  });
  const figure = host.figure("heed-attention");
  await expect(figure.locator(".message")).toHaveText("data: weights: 1 layer, 1 head, 2 queries × 2 keys.");
  await expect(figure.locator(".reading")).toContainText("“b”");
  await figure.evaluate((element) => {
    const query = { shape: [2, 3, 2], data: new Float32Array(12).fill(0.5) };
    Object.assign(element, { weights: null, tokens: null, query, key: query });
  });
  await expect(figure.locator(".message")).toHaveText(
    "data: Q and K: 2 heads, 3 tokens, dk 2; nothing tells positions from heads, and the axes can be swapped.",
  );
  await figure.evaluate((element) => Object.assign(element, { key: { shape: [2, 3, 4], data: new Float32Array(24) } }));
  await expect(figure.locator(".message")).toContainText("Q has dim 2 but K has 4");
});

test("<heed-attention> shows the source experiment by name, and names a name that is none", async ({ host }) => {
  await host.open("blank-script.html");
  await host.page.evaluate(() => {
    document.body.innerHTML = '<heed-attention experiment="single-head"></heed-attention>';
  });
  const figure = host.figure("heed-attention");
  await expect(figure.locator(".message")).toHaveText(
    "the source experiment, single-head: Q and K: 1 head, 8 tokens, dk 64.",
  );
  // The notebook printed 0.8964 and 0.5858.
  await expect(figure.locator(".note")).toContainText("largest weight 0.896");
  await expect(figure.locator(".note")).toContainText("mean entropy 0.5858 nats");
  await figure.evaluate((element) => element.setAttribute("experiment", "no-head"));
  await expect(figure.locator(".message")).toContainText("experiment is single-head or multi-head, not “no-head”");
});

test("a figure that the one script has not says with what it comes, and shows with that", async ({ host }) => {
  await host.open("blank-script.html");
  const note = host.page.getByText("<heed-scaling> is not in heed-figures.js: it comes with");
  await host.page.evaluate(() => document.body.append(document.createElement("heed-scaling")));
  await expect(note).toBeVisible();
  await host.page.evaluate(() => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = "../lib/figures.js";
    document.head.append(script);
    document.body.append(document.createElement("heed-generation"));
  });
  await expect(host.figure("heed-scaling").locator("svg").first()).toBeVisible();
  await expect(note).toBeHidden();
  await expect(host.page.getByText("<heed-generation> is not in")).toHaveCount(0);
});
