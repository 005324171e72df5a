export const tag = "heed-notebook";
export const module = "heed-core";
export const element = async () => (await import("./heed-notebook")).HeedNotebook;
export const order = 1;
