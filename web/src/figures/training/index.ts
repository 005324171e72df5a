export const tag = "heed-training";
export const module = "heed-lab";
export const element = async () => (await import("./heed-training")).HeedTraining;
export const order = 11;
