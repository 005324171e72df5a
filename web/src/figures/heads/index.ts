export const tag = "heed-heads";
export const module = "heed-lab";
export const element = async () => (await import("./heed-heads")).HeedHeads;
export const order = 7;
