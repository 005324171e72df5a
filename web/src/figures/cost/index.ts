export const tag = "heed-cost";
export const module = "heed-lab";
export const element = async () => (await import("./heed-cost")).HeedCost;
export const order = 16;
