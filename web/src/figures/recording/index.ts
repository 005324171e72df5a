export const tag = "heed-recording";
export const module = "heed-core";
export const element = async () => (await import("./heed-recording")).HeedRecording;
export const order = 13;
