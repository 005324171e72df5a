export const tag = "heed-long-map";
export const module = "heed-core";
export const element = async () => (await import("./heed-long-map")).HeedLongMap;
export const order = 5;
