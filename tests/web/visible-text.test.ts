import { describe, expect, test } from "vitest";
import { visibleText, xmlText } from "../../web/src/model/visible-text";

describe("text that can be seen", () => {
  test("control characters are their pictures, lone surrogates and noncharacters are escapes", () => {
    expect(visibleText("\u0000\u0003\u001b\t\n\r\u001f\u007f")).toBe("␀␃␛␉␊␍␟␡");
    expect(visibleText("a\ud800b\udc00")).toBe("a\\ud800b\\udc00");
    expect(visibleText("\u0085\ufffe\uffff\ufdd0")).toBe("\\u0085\\ufffe\\uffff\\ufdd0");
  });

  test("everything else stays: letters of any script, pairs of surrogates, marks, spaces, markup", () => {
    for (const text of ["<s>", "Ġthe", "▁the", "🦓", "é", "नमस्ते", "\u00a0\u200b", "\ufffd", " a  b "])
      expect(visibleText(text)).toBe(text);
  });

  test("XML keeps tabs and line breaks and has no other control character", () => {
    expect(xmlText("a\tb\nc\rd\u0003e\ud83d")).toBe("a\tb\nc\rd␃e\\ud83d");
    // The production Char of XML 1.0, fifth edition, section 2.2.
    const isAllowed = (code: number) =>
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd);
    const codes = Array.from({ length: 0x10000 }, (_, code) => code);
    const shown = (code: number) => [...xmlText(String.fromCharCode(code))].map((each) => each.charCodeAt(0));
    expect(codes.filter((code) => !shown(code).every(isAllowed))).toEqual([]);
  });
});
