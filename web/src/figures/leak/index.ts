export const tag = "heed-leak";
export const module = "heed-lab";
export const element = async () => (await import("./heed-leak")).HeedLeak;
export const order = 15;
