/** The sentence that runs through the article. “Rose” and “bank” have more than one meaning, and “the” is there twice. */
export const exampleSentence = ["the", "river", "rose", "over", "the", "bank"] as const;

/** "1 “river”": its place too, as a word may come twice. */
export const wordName = (index: number) => `${index} “${exampleSentence[index] ?? ""}”`;
