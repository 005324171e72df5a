// The C++ tree: its folders include only what lies below them, no files include each other, and no folder becomes a heap.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../../cpp");

/** From top to bottom: a file may include those of its own layer and of the layers after it. */
const layers = [
  "tools",
  "wasm",
  "explain",
  "heed", // the headers for users, which have the parts below
  "heed/training",
  "heed/model",
  "heed/io",
  "heed/attention",
  "heed/ops",
  "heed/kernels",
  "heed/threads",
  "heed/tensor",
  "heed/version.h",
];

const mostFiles = 20;
/** A folder with more has a reason. */
const exceptions = {
  "heed/model/families": "one file for each family of models",
};

const layerOf = (file) => {
  const ofFile = layers.filter((layer) => file === layer || file.startsWith(`${layer}/`));
  return layers.indexOf(ofFile.reduce((longest, layer) => (layer.length > longest.length ? layer : longest), ""));
};

/** The files of cpp that `text`, which is that of `file`, includes; `exists` says which files there are. */
function includesOf(file, text, exists) {
  return [...text.matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)]
    .flatMap(([, name]) => [normalize(join(dirname(file), name)), name])
    .filter(exists);
}

/** Includes of a higher layer, each as "file includes file". */
function upwardIncludes(includes) {
  return [...includes].flatMap(([file, included]) =>
    included.filter((other) => layerOf(other) < layerOf(file)).map((other) => `${file} includes ${other}`),
  );
}

/** The first cycle of includes found, as the list of its files; nothing where there is none. */
function cycle(includes) {
  const done = new Set();
  const visit = (file, path) => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const other of includes.get(file) ?? []) {
      const found = visit(other, [...path, file]);
      if (found) return found;
    }
    done.add(file);
  };
  for (const file of includes.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
}

/** Folders of more than `mostFiles` files, each with its number. */
function fullFolders(files) {
  const counts = new Map();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts].filter(([folder, count]) => count > mostFiles && !(folder in exceptions));
}

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
const sources = files.filter((file) => /\.(h|cpp|inc)$/.test(file) && !file.startsWith("examples/"));
const known = new Set(sources);
const includes = new Map(
  sources.map((file) => [file, includesOf(file, readFileSync(join(root, file), "utf8"), (name) => known.has(name))]),
);

test("every C++ file belongs to a layer", () => {
  assert.ok(sources.length > 200, `only ${sources.length} files were found`);
  assert.deepEqual(
    sources.filter((file) => layerOf(file) < 0),
    [],
  );
});

test("C++ files include only what lies below them", () => assert.deepEqual(upwardIncludes(includes), []));

test("no C++ files include each other", () => assert.equal(cycle(includes), undefined));

test("what heed's own files include as heed/… is there", () => {
  const missing = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/#include ["<]((?:heed|explain)\/[^">]+)/g)]
      .filter(([, name]) => !known.has(name))
      .map(([, name]) => `${file} includes ${name}`),
  );
  assert.deepEqual(missing, []);
});

test(`no folder of cpp holds more than ${mostFiles} files`, () => assert.deepEqual(fullFolders(files), []));

test("the checks find what they look for", () => {
  const exists = (name) => ["heed/io/a.h", "heed/ops/b.h", "heed/ops/c.h"].includes(name);
  const found = includesOf("heed/ops/b.h", '#include <vector>\n#include "heed/io/a.h"\n#  include "c.h"\n', exists);
  assert.deepEqual(found, ["heed/io/a.h", "heed/ops/c.h"]);
  const upwards = new Map([
    ["heed/ops/b.h", found],
    ["heed/ops/c.h", ["heed/ops/b.h"]],
  ]);
  assert.deepEqual(upwardIncludes(upwards), ["heed/ops/b.h includes heed/io/a.h"]);
  assert.deepEqual(cycle(upwards), ["heed/ops/b.h", "heed/ops/c.h", "heed/ops/b.h"]);
  const many = (folder, count) => Array.from({ length: count }, (_, i) => `${folder}/${i}.h`);
  const folders = [...many("heed/io", 20), ...many("heed/ops", 21), ...many("heed/model/families", 21)];
  assert.deepEqual(fullFolders(folders), [["heed/ops", 21]]);
});
