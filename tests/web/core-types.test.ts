import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documented } from "../../web/build/core-types.mjs";

const raw = readFileSync(new URL("../../build/wasm/cpp/wasm/heed-core.d.ts", import.meta.url), "utf8");

describe("the declarations of the core", () => {
  it("name the arguments' types, and say what each member is", () => {
    const text = documented(raw);
    expect(text).toContain("attention(inputs: AttentionInputs, options: AttentionOptions): AttentionResult;");
    expect(text).toContain("  /** Query i sees keys j ≤ i + queryOffset. */\n  causal?: boolean;");
    expect(text).not.toMatch(/options: \{/);
  });

  it("are refused where the binding has something of which nothing is said, or the other way round", () => {
    const more = raw.replace("logSumExp: Tensor,", "logSumExp: Tensor,\n  extra: Tensor,");
    expect(() => documented(more)).toThrow(/says nothing of \w+\.extra/);
    expect(() => documented(raw.replaceAll("softcap?: number; ", ""))).toThrow("speaks of AttentionOptions.softcap");
  });
});
