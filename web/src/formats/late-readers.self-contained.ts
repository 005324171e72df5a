export { readObjects } from "./pickle/numpy-objects";
export { readPickle } from "./pickle/pickle-file";
export { readTorch } from "./pickle/torch";
export { readText } from "./text/read-text";
