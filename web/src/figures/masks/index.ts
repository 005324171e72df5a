export const tag = "heed-masks";
export const module = "heed-core";
export const element = async () => (await import("./heed-masks")).HeedMasks;
export const order = 4;
