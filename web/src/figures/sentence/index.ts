export const tag = "heed-sentence";
export const module = "heed-lab";
export const element = async () => (await import("./heed-sentence")).HeedSentence;
export const order = 10;
