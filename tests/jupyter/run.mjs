/**
 * npm run test:jupyter: heed.py in a real Jupyter and a real Chromium, with arrays of a real PyTorch. On Debian what is missing is
 * installed (more than 1 GB, so that it is no part of `npm test`).
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { debianRelease, installPackages } from "../../cpp/toolchain/debian.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { outputOf, SetupError, say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { freePort } from "../run/free-port.mjs";

const cells = [
  `import sys; sys.path.insert(0, ${JSON.stringify(join(repository, "dist/package/python"))})
import heed, torch
from types import SimpleNamespace`,
  `torch.manual_seed(1)
tokens = " The cat sat on the mat because the cat was tired".split(" ")[1:]
n = len(tokens)
def layer():
    attention = torch.nn.MultiheadAttention(32, 4, batch_first=True)
    mask = torch.triu(torch.ones(n, n, dtype=torch.bool), 1)
    x = torch.randn(1, n, 32)
    return attention(x, x, x, attn_mask=mask, average_attn_weights=False)[1]
with torch.no_grad():
    outputs = SimpleNamespace(attentions=(layer(), layer().bfloat16()))
print(outputs.attentions[0].shape, float(outputs.attentions[0][0, 0, 5, 2]))`,
  `heed.record(outputs, [" " + token for token in tokens], title="Two layers", source="Layers of PyTorch, untrained.", bits=16)`,
];

const notebook = {
  cells: cells.map((source) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source })),
  metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
  nbformat: 4,
  nbformat_minor: 4,
};

await main(async () => {
  await build();
  const jupyter = await findJupyter();
  const folder = mkdtempSync(join(tmpdir(), "heed-jupyter-"));
  writeFileSync(join(folder, "heed.ipynb"), JSON.stringify(notebook));
  const port = await freePort();
  const options = ["--no-browser", "--allow-root", `--port=${port}`, "--ip=127.0.0.1", "--NotebookApp.token="];
  const server = spawn(jupyter, ["notebook", ...options], { cwd: folder, stdio: "ignore" });
  const browser = await chromium.launch({ executablePath: await findBrowser("chromium"), args: ["--no-sandbox"] });
  try {
    await tryIn(browser, `http://127.0.0.1:${port}/notebooks/heed.ipynb`);
  } finally {
    await browser.close();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function tryIn(browser, address) {
  const page = await browser.newPage({ viewport: { width: 1300, height: 1000 } });
  await opened(page, address);
  const kernel = page.locator("#kernel_indicator_icon");
  await kernel.and(page.locator('[title="Kernel Idle"]')).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Cell", exact: true }).click();
  await page.locator("#run_all_cells").click();
  const printed = page.locator(".output_stdout pre");
  await printed.waitFor({ timeout: 120_000 });
  const [, weight] = /torch\.Size\(\[1, 4, 11, 11\]\) ([\d.]+)/.exec(await printed.textContent()) ?? [];
  const figure = page.frameLocator(".output_html iframe").locator("heed-recording");
  await figure.locator(".token").first().waitFor({ timeout: 60_000 });
  assert.match(await figure.locator(".message").textContent(), /^Two layers: 8 heads, 11 tokens, weights in 16 bits\./);
  await figure.getByRole("button", { name: /^Layer 1, head 1/ }).click();
  await figure.getByLabel("Attention weights of the chosen head").focus();
  await page.keyboard.press("Control+Home");
  for (const key of [...Array(5).fill("ArrowDown"), ...Array(2).fill("ArrowRight")]) await page.keyboard.press(key);
  const reading = await figure.locator(".reading").textContent();
  const [, value, error] = /^Query 5 “mat” gives key 2 “sat” a weight of ([\d.]+) ± ([\d.]+)\.$/.exec(reading) ?? [];
  assert.ok(Math.abs(Number(value) - Number(weight)) <= Number(error), `${reading} PyTorch has ${weight}.`);
  say(`PyTorch has ${weight}; in Jupyter the figure says: ${reading}`);
  if (process.argv[2]) await page.screenshot({ path: process.argv[2] });
}

/** Once the server answers. */
async function opened(page, address) {
  for (let left = 60; left > 0; left--) {
    const response = await page.goto(address).catch(() => null);
    if (response?.ok()) return;
    await page.waitForTimeout(1000);
  }
  throw new Error(`Jupyter does not answer at ${address}`);
}

async function findJupyter() {
  const places = ["/usr/bin/jupyter", "jupyter"];
  const python = ["/usr/bin/python3", "python3"];
  const find = () => places.find((place) => outputOf(place, "notebook", "--version") !== undefined);
  const hasTorch = () => python.some((each) => outputOf(each, "-c", "import torch, ipykernel") !== undefined);
  if (!(find() && hasTorch()) && debianRelease !== undefined)
    await installPackages(["jupyter-notebook", "python3-ipykernel", "python3-numpy", "python3-torch"]);
  const found = find();
  if (!found || !hasTorch()) throw new SetupError("Missing: Jupyter Notebook with NumPy and PyTorch");
  return found;
}
