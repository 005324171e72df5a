export const tag = "heed-scaling";
export const module = "heed-lab";
export const element = async () => (await import("./heed-scaling")).HeedScaling;
export const order = 12;
