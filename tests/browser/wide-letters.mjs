/**
 * A TrueType font whose letters take `factor` times the width: every advance in its table "hmtx" is multiplied, the outlines
 * stay. https://learn.microsoft.com/typography/opentype/spec/hmtx
 */
export function wideLetters(font, factor) {
  const wide = Buffer.from(font);
  const header = tableAt(wide, "hhea");
  const metrics = tableAt(wide, "hmtx");
  const count = wide.readUInt16BE(header + 34);
  for (let glyph = 0; glyph < count; glyph++) {
    // An advance and a bearing each, of two bytes.
    const at = metrics + 4 * glyph;
    wide.writeUInt16BE(Math.round(wide.readUInt16BE(at) * factor), at);
  }
  wide.writeUInt16BE(Math.round(wide.readUInt16BE(header + 10) * factor), header + 10);
  return wide;
}

/** Where a table begins, by the directory at the font's start: 12 bytes, then 16 for each table. */
function tableAt(font, tag) {
  const tables = font.readUInt16BE(4);
  for (let entry = 0; entry < tables; entry++) {
    const at = 12 + 16 * entry;
    if (font.toString("latin1", at, at + 4) === tag) return font.readUInt32BE(at + 8);
  }
  throw new Error(`the font has no table "${tag}"`);
}
