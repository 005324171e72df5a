export const tag = "heed-cross-attention";
export const module = "heed-lab";
export const element = async () => (await import("./heed-cross-attention")).HeedCrossAttention;
export const order = 19;
