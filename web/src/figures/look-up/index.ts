export const tag = "heed-look-up";
export const module = "heed-core";
export const element = async () => (await import("./heed-look-up")).HeedLookUp;
export const order = 2;
