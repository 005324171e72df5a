export const tag = "heed-layer";
export const module = "heed-lab";
export const element = async () => (await import("./heed-layer")).HeedLayer;
export const order = 17;
