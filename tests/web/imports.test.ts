import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { crowdedFolders, cycles, type Import, importsIn, refusedImports, sourcesIn } from "./support/import-graph";

const source = join(import.meta.dirname, "../../web/src");
const imports = importsIn(source);

describe("the folders of the front end", () => {
  it("are all read", () => {
    expect(imports).toContainEqual({
      from: "figures/masks/heed-masks.ts",
      to: "figure/figure-element.ts",
      typesOnly: false,
    });
    expect(imports).toContainEqual({
      from: "compute/workers/start-worker.ts",
      to: "compute/tasks/worker.ts",
      typesOnly: false,
    });
  });

  it("import downwards only", () => expect(refusedImports(imports)).toEqual([]));

  it("hold no cycle", () => expect(cycles(imports)).toEqual([]));

  it("hold at most 20 files each", () => expect(crowdedFolders(sourcesIn(source))).toEqual([]));
});

describe("the check of imports", () => {
  const arrow = (from: string, to: string, typesOnly = false): Import => ({ from, to, typesOnly });

  it("refuses an import upwards", () => {
    expect(refusedImports([arrow("model/a.ts", "charts/b.ts", true)])).toEqual(["model/a.ts imports charts/b.ts"]);
    expect(refusedImports([arrow("figure/a.ts", "figures/x/b.ts")])).toEqual(["figure/a.ts imports figures/x/b.ts"]);
  });

  it("refuses an import from one figure's folder into another's", () => {
    expect(refusedImports([arrow("figures/x/a.ts", "figures/y/b.ts")])).toHaveLength(1);
    expect(refusedImports([arrow("figures/x/a.ts", "figures/x/b.ts")])).toEqual([]);
  });

  it("lets charts import types of compute, and nothing else of it", () => {
    expect(refusedImports([arrow("charts/a.ts", "compute/b.ts", true)])).toEqual([]);
    expect(refusedImports([arrow("charts/a.ts", "compute/b.ts")])).toHaveLength(1);
  });

  it("names a folder that it does not know", () => {
    expect(() => refusedImports([arrow("other/a.ts", "model/b.ts")])).toThrow("other/a.ts lies in other");
  });

  it("finds a cycle, once", () => {
    const found = cycles([arrow("a.ts", "b.ts"), arrow("b.ts", "c.ts"), arrow("c.ts", "a.ts"), arrow("c.ts", "d.ts")]);
    expect(found).toEqual([["a.ts", "b.ts", "c.ts"]]);
  });

  it("names a folder of more than 20 files", () => {
    const files = Array.from({ length: 21 }, (_, i) => `charts/file-${i}.ts`);
    expect(crowdedFolders(files.slice(1))).toEqual([]);
    expect(crowdedFolders(files)).toEqual(["charts has 21 files"]);
  });
});
