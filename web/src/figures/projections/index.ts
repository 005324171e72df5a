export const tag = "heed-projections";
export const module = "heed-lab";
export const element = async () => (await import("./heed-projections")).HeedProjections;
export const order = 13;
