export const tag = "heed-steps";
export const module = "heed-lab";
export const element = async () => (await import("./heed-steps")).HeedSteps;
export const order = 9;
