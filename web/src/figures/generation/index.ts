export const tag = "heed-generation";
export const module = "heed-lab";
export const element = async () => (await import("./heed-generation")).HeedGeneration;
export const order = 8;
