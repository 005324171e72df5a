export const tag = "heed-attention";
export const module = "heed-core";
export const element = async () => (await import("./heed-attention")).HeedAttention;
export const order = 6;
