export const tag = "heed-temperature";
export const module = "heed-core";
export const element = async () => (await import("./heed-temperature")).HeedTemperature;
export const order = 3;
