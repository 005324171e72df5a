export const tag = "heed-word-order";
export const module = "heed-lab";
export const element = async () => (await import("./heed-word-order")).HeedWordOrder;
export const order = 14;
