import type { AlignedText, Change } from "./aligned-text";

export type UnicodeForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** A Unicode normal form, with which characters were decomposed, reordered and composed. */
export function toUnicodeForm(text: AlignedText, form: UnicodeForm): AlignedText {
  const decomposition = form.includes("K") ? "NFKD" : "NFD";
  const parts = text.characters.flatMap((character) =>
    Array.from(character.normalize(decomposition), (part, i) => ({ part, change: i > 0 ? 1 : 0, used: false })),
  );
  let first = 0;
  /** Marks are reordered within a cluster only, so what is looked for is near. */
  const take = (wanted: string): number => {
    while (parts[first]?.used) first++;
    for (let i = first; i < parts.length; i++) {
      const candidate = parts[i];
      if (!candidate || candidate.used || candidate.part !== wanted) continue;
      candidate.used = true;
      return candidate.change;
    }
    throw new Error(`the normal form ${form} has a character that the text has not`);
  };
  const changes = Array.from(text.text.normalize(form), (character): Change => {
    const components = Array.from(character.normalize("NFD"));
    return [character, components.reduce((sum, part) => sum + take(part), 0) - (components.length - 1)];
  });
  return text.transform(changes);
}
