// Memory is taken by sizes whose products are checked: as Tensor and MatrixBuffer are, or by checked_product.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../../cpp");

/** Vectors that are made with a size or given one, and that size. */
const allocation =
  /(?:std::vector<[\w:<>]+>\s+\w+[({]|\w_[({](?=static_cast<std::size_t>)|\.(?:resize|reserve|assign)\()([^;{}]*)/g;

const checked = /checked_product\((?:[^()]|\([^()]*\))*\)/g;

/** Factors that are no sizes from outside: constants, and a multiple that a size is rounded up to. */
const harmless = /\bk[A-Z]\w* \* k[A-Z]\w*\b|\/ (\d+) \* \1\b/g;

/** The allocations of a text whose size is a product that nothing checks. */
const uncheckedProducts = (text) =>
  [...text.replaceAll(checked, "").matchAll(allocation)]
    .map(([, size]) => size)
    .filter((size) => / \* /.test(size.replaceAll(harmless, "")));

test("no memory is taken by a product of sizes that nothing checks", () => {
  const sources = ["heed", "explain", "wasm"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))
    .filter((name) => /\.(h|cpp|inc)$/.test(name))
    // The logits exist before their copy does.
    .filter((name) => name !== "wasm/lab/model_object.cpp");
  assert.ok(sources.length > 200, `only ${sources.length} files were found`);
  const found = sources.flatMap((name) =>
    uncheckedProducts(readFileSync(join(root, name), "utf8")).map((size) => `${name}: ${size.slice(0, 80)}`),
  );
  assert.deepEqual(found, []);
});

test("the check finds what it looks for", () => {
  assert.equal(uncheckedProducts("std::vector<float> rows(static_cast<std::size_t>(n * d));").length, 1);
  assert.equal(uncheckedProducts("cache->keys.resize(static_cast<std::size_t>(n * heads * dim));").length, 1);
  assert.equal(uncheckedProducts("  : values_(static_cast<std::size_t>(heads * (n - 1))) {}").length, 1);
  assert.equal(
    uncheckedProducts('buffer.resize(static_cast<std::size_t>(checked_product("rows", {n, d})));').length,
    0,
  );
  assert.equal(uncheckedProducts("std::vector<float> tile(kRows * kColumns);").length, 0);
  assert.equal(uncheckedProducts("text.resize((text.size() + 7) / 8 * 8, ' ');").length, 0);
});
